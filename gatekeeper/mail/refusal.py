"""Why a message is left as it is."""


class CannotAlter(Exception):
    """The message must go as it is. `reason` is one plain sentence without any of the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
