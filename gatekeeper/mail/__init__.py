"""Bytes in, bytes out: reading a message, its structure, and the footer. Pure."""
