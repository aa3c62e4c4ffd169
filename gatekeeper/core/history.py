"""What earlier mail says of a message, as far as judgement uses it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class History:
    """`blind_elsewhere` are the persons to whom the same message goes blind in other transactions: mail servers send
    blind copies apart from the others, seconds or days earlier."""

    blind_elsewhere: tuple[str, ...] = ()


NOTHING_KNOWN = History()
