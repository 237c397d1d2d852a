"""Imports: documents on their way through the child process into the store."""
