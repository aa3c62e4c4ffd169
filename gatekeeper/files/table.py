"""One TOML table, asked for its keys one by one. What is wrong with a key goes to the faults, and the asker gets a
stand-in and goes on, so that everything wrong is found in one reading."""

import calendar
import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from gatekeeper.files.faults import Faults

E = TypeVar("E", bound=StrEnum)

MAX_TEXT = 20_000
MAX_NAMES = 25

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HIDDEN = frozenset({"Cc", "Zl", "Zp", "Cs"})
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Item:
    """A text of a list, with its key path."""

    path: str
    text: str


class Table:
    def __init__(self, values: Mapping[str, object], faults: Faults, path: str = "") -> None:
        self.faults = faults
        self.path = path
        self._values = values
        self._asked: set[str] = set()

    def at(self, key: str) -> str:
        """The key's path within the file."""
        shown = key if _BARE_KEY.fullmatch(key) else json.dumps(key[:60], ensure_ascii=True)
        return f"{self.path}.{shown}" if self.path else shown

    def has(self, key: str) -> bool:
        return key in self._values

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    @property
    def asked(self) -> frozenset[str]:
        """The keys that somebody asked for so far."""
        return frozenset(self._asked)

    def wrong(self, key: str, said: str, remedy: str) -> None:
        self.faults.add(self.at(key), said, remedy)

    def text(
        self,
        key: str,
        *,
        default: str | None = None,
        example: str = "...",
        lines: bool = False,
        filled: bool = False,
    ) -> str:
        """A text; required where there is no `default`, and then never blank, nor where `filled`. Line breaks only
        where `lines`."""
        value = self._get(key, f'{key} = "{example}"', required=default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self.wrong(key, f"{told(value)} stands where text belongs", f'write {key} = "{example}"')
            return default or ""
        if (filled or default is None) and not value.strip():
            self.wrong(key, "it is empty", f'write {key} = "{example}"')
        return value if self._is_clean(self.at(key), value, lines) else default or ""

    def texts(self, key: str, *, example: str = "...", required: bool = False) -> tuple[Item, ...]:
        """A list of texts."""
        remedy = f'write {key} = ["{example}"]'
        value = self._get(key, f'{key} = ["{example}"]', required=required)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f"{told(value)} stands where a list of texts belongs", remedy)
            return ()
        found = []
        for number, entry in enumerate(value):
            path = f"{self.at(key)}[{number}]"
            if not isinstance(entry, str):
                self.faults.add(path, f"{told(entry)} stands where text belongs", remedy)
            elif self._is_clean(path, entry, False):
                found.append(Item(path, entry))
        return tuple(found)

    def whole(self, key: str, default: int, *, low: int, high: int) -> int:
        value = self._get(key, "")
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            self.wrong(key, f"{told(value)} is no whole number from {low} to {high}", f"write {key} = {default}")
            return default
        return value

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        value = self._get(key, "")
        if value is None:
            return default
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            self.wrong(key, f"{told(value)} is no number from {low:g} to {high:g}", f"write {key} = {default:g}")
            return default
        return float(value)

    def yes(self, key: str, default: bool) -> bool:
        value = self._get(key, "")
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(key, f"{told(value)} is neither yes nor no", f"write {key} = true or {key} = false")
            return default
        return value

    def day(self, key: str, *, required: bool = False) -> date | None:
        remedy = f"write {key} = 2026-05-12 (year, month, day, without quotes)"
        value = self._get(key, f"{key} = 2026-05-12", required=required)
        if value is None:
            return None
        if isinstance(value, datetime):
            self.wrong(key, "there is a time of day in it", f"write {key} = {value.date().isoformat()}")
        elif isinstance(value, date):
            return value
        elif isinstance(value, str) and _ISO_DAY.match(value):
            self._day_in_quotes(key, value)
        else:
            self.wrong(key, f"{told(value)} is no day", remedy)
        return None

    def _day_in_quotes(self, key: str, value: str) -> None:
        try:
            day = date.fromisoformat(value[:10])
        except ValueError:
            said = f"{value[:10]} is not in the calendar"
            self.wrong(key, said, f"write {key} = {_last_day(value)}, or the day that is meant")
        else:
            self.wrong(key, "the day is in quotes or has a time", f"write {key} = {day.isoformat()}, without quotes")

    def choice(self, key: str, kinds: Iterable[E], default: E) -> E:
        """One of these words, which are members of a `StrEnum`."""
        if not self.has(key):
            return default
        return self.required_choice(key, kinds) or default

    def required_choice(self, key: str, kinds: Iterable[E]) -> E | None:
        by_name = {k.value: k for k in kinds}
        names = list(by_name)
        value = self._get(key, f'{key} = "{names[0]}"', required=True)
        if value is None:
            return None
        if isinstance(value, str) and value in names:
            return by_name[value]
        self.wrong(key, f"{told(value)} is unknown", instead(value, names))
        return None

    def table(self, key: str) -> "Table":
        """The table below that key; an empty one where there is none."""
        value = self._get(key, "")
        if value is not None and not isinstance(value, dict):
            self.wrong(
                key, f"{told(value)} stands where a section belongs", f"write [{self.at(key)}] and its keys below"
            )
            value = None
        return Table(value or {}, self.faults, self.at(key))

    def tables(self, key: str, *, inline: bool = False) -> tuple["Table", ...]:
        """A list of tables: `[[key]]`, or `[{ ... }]` where `inline`."""
        remedy = f"write {key} = [{{ ... }}]" if inline else f"write [[{key}]], in double brackets, before each of them"
        value = self._get(key, "")
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, f"{told(value)} stands where a list belongs", remedy)
            return ()
        found = []
        for number, entry in enumerate(value):
            path = f"{self.at(key)}[{number}]"
            if isinstance(entry, dict):
                found.append(Table(entry, self.faults, path))
            else:
                self.faults.add(path, f"{told(entry)} stands where a table belongs", remedy)
        return tuple(found)

    def values_of(self, key: str) -> object:
        """Whatever stands there, unchecked."""
        return self._values.get(key)

    def values(self) -> Mapping[str, object]:
        """Everything in it, as it is: for options, whose meaning a rule knows."""
        self._asked.update(self._values)
        return self._values

    def done(self, also: Iterable[str] = ()) -> None:
        """Every key has been asked for: the rest is unknown. `also` are known keys that were not asked for."""
        known = sorted(self._asked.union(also))
        for key in self._values:
            if key not in known:
                self.wrong(key, "this key is unknown", instead(key, known, verb="remove it, or write one of"))

    def _get(self, key: str, remedy: str, *, required: bool = False) -> object:
        self._asked.add(key)
        value = self._values.get(key)
        if value is None and required:
            self.wrong(key, "it is missing", f"write {remedy}")
        return value

    def _is_clean(self, path: str, text: str, lines: bool) -> bool:
        """Names go into notices and footers, so nothing may hide in them or break a line."""
        if len(text) > MAX_TEXT:
            self.faults.add(path, f"it is longer than {MAX_TEXT} characters", "write less")
            return False
        allowed = "\n\t" if lines else ""
        bad = [c for c in text if (unicodedata.category(c) in _HIDDEN and c not in allowed) or c in _REORDERING]
        if bad:
            name = "a line break" if "\n" in bad else f"the invisible character U+{ord(bad[0]):04X}"
            self.faults.add(path, f"there is {name} in it", "write it again without that")
        return not bad


def _last_day(text: str) -> str:
    """The last day of the month in an impossible ISO day; an example where there is no such month."""
    try:
        year, month = int(text[:4]), int(text[5:7])
        return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
    except (ValueError, calendar.IllegalMonthError):
        return "2026-05-12"


def told(value: object) -> str:
    """A value as it is named in a sentence."""
    match value:
        case str():
            return json.dumps(value if len(value) <= 60 else value[:57] + "...", ensure_ascii=not value.isprintable())
        case bool():
            return "true" if value else "false"
        case int():
            return f"the number {value}" if abs(value) < 10**18 else "a very large number"
        case float():
            return f"the number {value:g}"
        case datetime() | date():
            return value.isoformat()
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a time"


def instead(value: object, names: Iterable[str], verb: str = "write one of") -> str:
    """The remedy for an unknown name: the likeliest known one, or all of them."""
    known = list(names)
    near = difflib.get_close_matches(value.lower(), known, n=1) if isinstance(value, str) and len(value) < 100 else []
    if near:
        return f"write {json.dumps(near[0])} instead" if verb.startswith("write") else f"write {near[0]} instead"
    if not known:
        return "remove it"
    more = ", ..." if len(known) > MAX_NAMES else ""
    return f"{verb} {', '.join(known[:MAX_NAMES])}{more}"
