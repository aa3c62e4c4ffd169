"""The outside towards mail servers: the door, the next hop, and a small catcher to try them with."""
