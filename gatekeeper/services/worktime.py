"""The working-day clock of a council: Monday to Friday, bank holidays apart."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

from gatekeeper.services.councils import Council

WORKING_DAYS_TO_DECIDE = 1


@lru_cache(maxsize=8)
def _bank_holidays(subdivision: str) -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv=subdivision)


def is_working_day(day: date, subdivision: str = "ENG") -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(subdivision)


def working_days_after(at: datetime, days: int, council: Council) -> datetime:
    """The same time of day, in the council's timezone, that many working days later; UTC."""
    local = at.astimezone(council.zone)
    while days > 0:
        local += timedelta(days=1)
        if is_working_day(local.date()):
            days -= 1
    return local.astimezone(UTC)


def due(at: datetime, council: Council) -> datetime:
    """When a message held at that time should be decided."""
    return working_days_after(at, WORKING_DAYS_TO_DECIDE, council)
