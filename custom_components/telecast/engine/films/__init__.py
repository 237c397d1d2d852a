"""Films and series: what sources list, and what they say of one when they are asked."""
