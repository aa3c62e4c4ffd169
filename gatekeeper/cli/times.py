"""Days and times as people type them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gatekeeper.errors import Unusable
from gatekeeper.services.checking import at_midday


def council_time() -> ZoneInfo:
    """In which a bare day is meant; every council here is in Britain."""
    return ZoneInfo("Europe/London")


def moment(text: str) -> datetime | None:
    """A time with its offset, or midday of a day; `None` for nothing."""
    if not text:
        return None
    day = _day(text)
    return at_midday(day) if day else _time(text)


def start(text: str) -> datetime | None:
    """A time, or the first instant of a day."""
    if not text:
        return None
    day = _day(text)
    return _midnight(day) if day else _time(text)


def end(text: str) -> datetime | None:
    """A time, or the instant after a day: what is asked for "until 3 March" includes 3 March."""
    if not text:
        return None
    day = _day(text)
    return _midnight(day + timedelta(days=1)) if day else _time(text)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), council_time()).astimezone(UTC)


def _day(text: str) -> date | None:
    if len(text) != len("2026-01-31"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _unusable(text) from error


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unusable(text) from error
    return (found if found.tzinfo else found.replace(tzinfo=council_time())).astimezone(UTC)


def _unusable(text: str) -> Unusable:
    return Unusable(f"{text!r} is not a time; write 2026-01-31 or 2026-01-31T09:30:00Z.")
