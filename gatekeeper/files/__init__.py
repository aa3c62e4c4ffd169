"""The TOML files: who is who and what the protocol says, read, checked and written back."""
