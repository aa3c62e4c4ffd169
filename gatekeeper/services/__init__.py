"""Use cases. What they need from outside is in `ports`."""
