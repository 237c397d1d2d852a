"""The line-up: what channels there are, and what the user made of them."""
