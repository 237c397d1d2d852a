"""What the scripts are made of: a real Home Assistant, demo channels, measurements."""
