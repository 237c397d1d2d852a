"""What virtual channels show, item after item."""
