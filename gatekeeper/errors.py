"""What can go wrong, by what the person or program at the other end should do about it.

Expected outcomes are values; these are raised when something cannot be done. Each adapter translates them in one
place: the door to an SMTP reply, the command line to an exit status, a page to a page.
"""

from gatekeeper.core.held import NotPossible

__all__ = ["GatekeeperError", "MaybeSent", "NotAllowed", "NotFound", "NotPossible", "TryAgain", "Unusable"]


class GatekeeperError(Exception):
    """The text is a sentence for the person who asked."""


class TryAgain(GatekeeperError):
    """Not able to at the moment: the store or the next hop does not answer."""


class NotAllowed(GatekeeperError):
    """This person may not do that."""


class NotFound(GatekeeperError):
    """There is no such thing in this council."""


class Unusable(GatekeeperError):
    """Configuration or input that cannot be worked with; the text has a line for every fault, with its remedy."""


class MaybeSent(TryAgain):
    """The connection was lost after the final dot had gone: the next hop may have taken the message."""
