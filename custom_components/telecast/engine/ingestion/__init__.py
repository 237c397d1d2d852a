"""The child process that reads documents: knows formats and SQLite, and nothing else."""
