"""Pictures that say what they are and when: to see what is on, and not to be told."""
