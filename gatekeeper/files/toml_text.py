"""TOML from text, with what is wrong said so that somebody who never heard of TOML can mend it; and TOML to text."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from gatekeeper.files.faults import Fault, Faulty

MAX_IMPOSSIBLE_DATES = 200

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}[\d:.+Zz-]*)?")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

_SAID = (
    ("Cannot overwrite", "the same key is given twice", "keep one of the two lines"),
    ("Cannot declare", "the same section is given twice", "keep one of the two, or write [[...]] for a list"),
    ("Cannot mutate", "the same section is given twice", "put its lines together in one place"),
    ("Duplicate inline", "the same key is given twice", "keep one of the two"),
    ("Expected '='", "a key has no value", 'write it as key = "value"'),
    ("Unclosed array", "a list is not closed", "write ] at its end, and a comma between its entries"),
    ("Unclosed inline", "a { ... } is not closed on its line", "write it on one line, without a comma before the }"),
    ("Unterminated string", "a text is not closed", 'write " at its end'),
    ("Illegal character", "a text is not closed on its line or holds an invisible character", 'write " at its end'),
    (
        "Invalid value",
        "a value cannot be read",
        'write text as "text", a day as 2026-05-12, yes as true, no as false',
    ),
    ("Unescaped '\\'", "a text holds a single backslash", "write it twice: \\\\"),
    ("Invalid date", "this day is not in the calendar", "write one that is, as in 2026-05-12"),
    ("Invalid statement", "a line does not begin with a key", 'write it as key = "value", a remark with # before it'),
    (
        "Invalid initial",
        "a key has a character that only a quoted key may have",
        'write it in quotes, as in "6.1" = ...',
    ),
    ("Expected newline", "something follows the value on its line", "put it on a line of its own, or # before it"),
)


def read_text(path: Path, wanted_by: str = "") -> str:
    """The file's text without a byte order mark. Raises `Faulty`; `wanted_by` names the key that names the file."""
    named = f" named in {wanted_by}" if wanted_by else ""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        said, remedy = "there is no such file", f"put it there, or correct the path{named}"
    except UnicodeDecodeError as error:
        said, remedy = f"octet {error.start} is not UTF-8", "save the file again in the encoding UTF-8"
    except (OSError, ValueError) as error:
        said = f"the file cannot be read ({getattr(error, 'strerror', None) or 'bad path'})"
        remedy = "let the account that runs gatekeeper read it"
    raise Faulty([Fault(str(path), "", said, remedy)])


def read_toml(text: str, file: str) -> dict[str, object]:
    """The tables of a TOML text. Days that are not in the calendar come as text, so that whoever reads the key can
    say which it is. Raises `Faulty` where the text is not TOML."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    for _ in range(MAX_IMPOSSIBLE_DATES):
        try:
            return tomllib.loads(text)
        except RecursionError:
            raise Faulty([Fault(file, "", "lists or tables are nested too deeply", "write them flat")]) from None
        except ValueError as error:
            mended = _quoted_date(text, str(error))
            if mended is None:
                raise Faulty([_fault(file, text, str(error))]) from None
            text = mended
    raise Faulty([Fault(file, "", "there are too many impossible days", "write days as in 2026-05-12")])


def _quoted_date(text: str, said: str) -> str | None:
    """The text with the impossible day that the parser stumbled on put in quotes; `None` for another error."""
    place = _PLACE.search(said)
    if not said.startswith("Invalid date") or place is None or place["line"] is None:
        return None
    lines = text.split("\n")
    row, column = int(place["line"]) - 1, int(place["column"]) - 1
    found = _DATE.match(lines[row], column) if row < len(lines) else None
    if found is None:
        return None
    lines[row] = f'{lines[row][:column]}"{found[0]}"{lines[row][found.end() :]}'
    return "\n".join(lines)


def _fault(file: str, text: str, said: str) -> Fault:
    place = _PLACE.search(said)
    path, at = ("the end", "") if place else ("", "")
    if place and place["line"]:
        path = f"line {place['line']}, column {place['column']}"
        at = text.split("\n")[int(place["line"]) - 1][int(place["column"]) - 1 :][:1]
    if at == "/":
        return Fault(file, path, "a day is not written as year, month, day", "write it as in 2026-05-12")
    if at == "}":
        return Fault(file, path, "something is missing before the }", "remove the comma there, or finish the entry")
    for beginning, plain, remedy in _SAID:
        if said.startswith(beginning):
            return Fault(file, path, plain, remedy)
    return Fault(file, path, "this is not TOML", 'write lines as key = "value" below a [section]')


# --- writing -------------------------------------------------------------------------------------------------------

Value = str | bool | int | float | date | Iterable["Value"] | Mapping[str, "Value"]


def toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else toml_string(key)


def toml_string(text: str) -> str:
    """A basic string on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def toml_value(value: object) -> str:
    """One value on one line; a mapping as an inline table."""
    if isinstance(value, str):
        return toml_string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{toml_key(str(k))} = {toml_value(v)}" for k, v in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, Iterable):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def toml_lines(values: Mapping[str, object]) -> list[str]:
    """`key = value` for each; those that say nothing (an empty text, list or table, or `None`) are left out."""
    return [f"{toml_key(k)} = {toml_value(v)}" for k, v in values.items() if v not in (None, "", (), [], {})]
