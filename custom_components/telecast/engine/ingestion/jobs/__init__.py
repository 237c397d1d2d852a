"""What the child can do. It loads the one module that it needs: that is half its start."""
