"""Plain values for the databases: text that both take, instants, and JSON with one spelling for each value."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from json.encoder import encode_basestring_ascii

from gatekeeper.core.address import parse
from gatekeeper.core.envelope import Path

LONGEST_TEXT = 10_000
"""Characters of one text (a subject, a reason) that are kept; a longer one ends in an ellipsis."""

LONGEST_KEY = 255
"""Characters of a search key; a longer one is replaced by its digest, since indexes take some 2,700 octets."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

json_text = encode_basestring_ascii
"""One string as JSON, in ASCII: U+0000 and lone surrogates are escapes there, so any database keeps them."""


def is_plain(value: str) -> bool:
    """Whether this, and every part of it, is stored as it is."""
    return len(value) <= LONGEST_TEXT and value.isascii() and "\0" not in value


def text(value: str) -> str:
    """What is stored of a text: U+FFFD in place of NUL, which PostgreSQL refuses, and of surrogates, which are not
    characters; cut after `LONGEST_TEXT`."""
    if is_plain(value):
        return value
    if len(value) > LONGEST_TEXT:
        value = value[: LONGEST_TEXT - 1] + "…"
    return _UNSTORABLE.sub("\ufffd", value)


def whole_text(value: str) -> str:
    """As `text`, of any length."""
    if value.isascii() and "\0" not in value:
        return value
    return _UNSTORABLE.sub("\ufffd", value)


def micros(at: datetime) -> int:
    """Microseconds since 1970. Raises TypeError for a time without zone."""
    return (at - EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


@lru_cache(maxsize=1024)
def names_list(values: tuple[str, ...]) -> str:
    """The JSON of names that come again and again: rules, clauses, persons."""
    return json_list(values)


def json_list(values: Iterable[str]) -> str:
    return "[" + ",".join(map(json_text, values)) + "]"


def json_map(values: Mapping[str, str]) -> str:
    """Keys sorted by their characters, no space: one spelling for one mapping."""
    if not values:
        return "{}"
    return "{" + ",".join([f"{json_text(k)}:{json_text(v)}" for k, v in sorted(values.items())]) + "}"


def path_text(path: Path) -> list[str]:
    """Octets as the characters of the same number, so that JSON keeps every one."""
    return [path.raw.decode("latin-1"), path.params.decode("latin-1")]


def path_from(value: list[str]) -> Path:
    return Path(value[0].encode("latin-1"), value[1].encode("latin-1"))


def search_key(value: str) -> str:
    if len(value) <= LONGEST_KEY:
        return text(value)
    value = whole_text(value)
    return "sha256:" + hashlib.sha256(value.encode()).hexdigest()


def message_id_key(value: str) -> str:
    """A Message-ID without white space and angle brackets around it."""
    return search_key(value.strip().removeprefix("<").removesuffix(">"))


@lru_cache(maxsize=8192)
def address_key(value: str) -> str:
    """The key under which mail of an address is found, whatever its spelling; "" for what names no mailbox."""
    found = parse(value)
    if found is not None:
        return search_key(found.key)
    return search_key(value.casefold()) if "@" in value else ""
