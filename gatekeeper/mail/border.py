"""Where an author's own text ends in a plain text: above the signature, quoted or forwarded history.

Only what is certain counts. Where the author's words might go on below the border (answers between the quotes, text
under them) there is none.
"""

import re

_SIGNATURE = "-- "
_ATTRIBUTION = re.compile(
    r"(?:On|Am|Le|El|Op)\b.{6,300}\b(?:wrote|writes|schrieb|a écrit|escribió|schreef)\b.{0,80}:\s*"
)
_DIVIDER = re.compile(r"-{2,} ?(?:Original Message|Original Appointment|Forwarded message|Forwarded Message) ?-{2,}\s*")
_FORWARD = re.compile(r"Begin forwarded message:\s*")
_RULE = re.compile(r"_{20,}\s*")
_FROM = re.compile(r"\*?From:\*?\s?\S.*")
_HISTORY_FIELD = re.compile(r"\*?(Sent|Date|To|Cc|Subject):")
_SIGNS = ("\n>", "\n--", "\nBegin f", "From:")
"""What must be there for any border below the first line, to be quick about the many texts that have none."""
_MAY_BEGIN = frozenset(">-BF*")
"""First characters of the lines looked for."""
MAX_SIGNATURE_LINES = 15
_FIELD_LINES = 8


def border(text: str) -> int | None:
    """The number of the line (split at LF) above which the author's own text ends, or None.

    The author's text above it is not blank.
    """
    if not any(sign in text for sign in _SIGNS):
        return None
    lines = [line.rstrip("\r") for line in text.split("\n")]
    history = _history(lines)
    end = len(lines) if history is None else history
    signature = _signature(lines, end)
    found = signature if signature is not None else history
    if found is None or not any(line.strip() for line in lines[:found]):
        return None
    return found


def _history(lines: list[str]) -> int | None:
    """The first line of what was written before; None where there is nothing, or not with certainty."""
    for number, line in enumerate(lines):
        if line[:1] not in _MAY_BEGIN:
            continue
        if line.startswith(">"):
            return _attributed(lines, number) if _only_quotes(lines[number:]) else None
        if _DIVIDER.fullmatch(line) or _FORWARD.fullmatch(line):
            return number
        if _FROM.fullmatch(line) and number and _fields_follow(lines, number):
            above = lines[number - 1]
            if _RULE.fullmatch(above):
                return number - 1
            return None if above.strip() else number
    return None


def _only_quotes(lines: list[str]) -> bool:
    """Nothing below but quotes, and at most a signature under them."""
    for number, line in enumerate(lines):
        if line == _SIGNATURE:
            return len(lines) - number <= MAX_SIGNATURE_LINES
        if line.strip() and not line.startswith(">"):
            return False
    return True


def _attributed(lines: list[str], quote: int) -> int | None:
    """The line of "On ... wrote:" above the quote, which may be folded; the quote itself where nothing stands above."""
    last = quote - 1
    while last >= 0 and not lines[last].strip():
        last -= 1
    if last < 0:
        return None
    if not lines[last].rstrip().endswith(":"):
        return quote
    for first in range(last, max(-1, last - 4), -1):
        if _ATTRIBUTION.fullmatch(" ".join(part.strip() for part in lines[first : last + 1])):
            return first
    return None


def _fields_follow(lines: list[str], number: int) -> bool:
    names = {m[1] for line in lines[number + 1 : number + _FIELD_LINES] if (m := _HISTORY_FIELD.match(line))}
    return len(names) >= 2 and not names.isdisjoint({"Sent", "Date"})


def _signature(lines: list[str], end: int) -> int | None:
    """The separator of RFC 3676 section 4.3, where no more than a signature follows."""
    for number in range(max(0, end - MAX_SIGNATURE_LINES), end):
        if lines[number] == _SIGNATURE:
            return number
    return None
