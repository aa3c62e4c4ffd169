"""Markup to tokens, as the HTML standard's tokeniser cuts it, in one pass.

Written here because the standard library's parser needs quadratic time on unclosed constructs and ends comments and
scripts in other places than browsers do. Whatever is scanned is consumed, so the work is linear in the input.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache


class Kind(Enum):
    TEXT = auto()
    START = auto()
    END = auto()
    COMMENT = auto()
    RAW = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is text, the comment, or what stands inside a RAW element; `name` is in lower case. `attributes` come
    undecoded, as one piece: see `attributes_of`."""

    kind: Kind
    text: str = ""
    name: str = ""
    attributes: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Tokens between which there are only blanks. Equal only to itself, so that it is quickly looked up."""

    tokens: tuple[Token, ...]


RAW_TEXT = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "plaintext"})
"""Elements in which markup is text, up to their end tag or the end of the input."""

MAX_TOKENS = 100_000
"""Pieces of markup that are told apart. In longer markup the rest is taken as text, tags crudely taken out."""

_TAG = re.compile(r"<[^<>]*>")
_RUN = re.compile(r"(<[^<>]*+>(?:\s*+<[^<>]*+>){0,50}+|<)([^<]*+)")
"""Pieces that nearly always are whole tags, and the text behind them. Always matches at a `<`."""
_PIECE = re.compile(r"<[^<>]*+>|[^<]++")

_NAME = re.compile(r"[^\s/>]+")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=][^\s>/=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?|[\s/"'=]+""")
_COMMENT_END = re.compile(r"--!?>")
_ZEROS = re.compile(r"&#([xX]?)0+(?=[0-9a-fA-F])")
_TOO_LONG = re.compile(r"&#(?:[xX][0-9a-fA-F]{8,}|[0-9]{8,});?")
MAX_ATTRIBUTES = 100
MAX_KEPT = 200
"""Characters of a tag up to which it is remembered."""


def runs(source: str) -> Iterator[tuple[Run, str]]:
    """The tokens of `source` in order and in runs, each with the decoded text that follows it. The text before the
    first markup comes as a token. A run of tags that comes again, letter by letter, is the same object again."""
    known: dict[str, Run] = {}
    count, size = 0, len(source)
    at = _next(source, 0)
    if at:
        yield Run((Token(Kind.TEXT, unescaped(source[:at])),)), ""
    while at < size:
        for found in _RUN.finditer(source, at):
            tags, text = found.groups()
            if (run := known.get(tags)) is None:
                if (run := _whole(tags)) is None:
                    at = found.start()
                    break
                known[tags] = run
            yield run, unescaped(text) if "&" in text else text
            count += len(run.tokens)
            if count > MAX_TOKENS:
                yield _crudely(source[found.end() :]), ""
                return
        else:
            return
        run, end = _unusual(source, at)
        at = _next(source, end)
        yield run, unescaped(source[end:at])
        count += 1
        if count > MAX_TOKENS:
            yield _crudely(source[at:]), ""
            return


def _next(source: str, at: int) -> int:
    """Where the next markup may begin."""
    found = source.find("<", at)
    return found if found >= 0 else len(source)


def _crudely(source: str) -> Run:
    return Run((Token(Kind.TEXT, unescaped(_TAG.sub(" ", source))),))


def _whole(tags: str) -> Run | None:
    """The run, where every piece is all of a tag behind which markup goes on; else None."""
    found: list[Token] = []
    for piece in _PIECE.findall(tags):
        token = _kept_tag(piece) if len(piece) < MAX_KEPT else _whole_tag(piece)
        if token is None:
            return None
        found.append(token)
    return Run(tuple(found)) if found else None


def _whole_tag(piece: str) -> Token | None:
    if piece[0] != "<":
        return Token(Kind.TEXT, piece)
    end, token = _markup(piece + " ", 0)
    odd = end != len(piece) or token.kind not in (Kind.START, Kind.END) or _is_raw(token)
    return None if odd else token


_kept_tag = lru_cache(maxsize=1024)(_whole_tag)
"""Remembered from mail to mail, as the same few programs write them."""


def _is_raw(token: Token) -> bool:
    return token.kind is Kind.START and token.name in RAW_TEXT


def _unusual(source: str, at: int) -> tuple[Run, int]:
    """The token that begins with the `<` at `at`, a raw text element with what is inside it, and where it ends."""
    end, token = _markup(source, at)
    if not _is_raw(token):
        return Run((token,)), end
    end, inner = _raw(source, end, token.name)
    return Run((token, Token(Kind.RAW, inner, token.name))), end


def unescaped(text: str) -> str:
    """Character references decoded. Numbers too long for any character are replaced, as browsers do: the standard
    library refuses to read them."""
    if "&#" in text:
        text = _TOO_LONG.sub("\ufffd", _ZEROS.sub(r"&#\1", text))
    return html.unescape(text) if "&" in text else text


def attributes_of(piece: str) -> dict[str, str]:
    """Attributes of a start tag, names in lower case, values decoded."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(piece):
        if match[1] and len(found) < MAX_ATTRIBUTES:
            found.setdefault(match[1].lower(), unescaped(match[2] or match[3] or match[4] or ""))
    return found


def _markup(source: str, at: int) -> tuple[int, Token]:
    """The token that begins with the `<` at `at`, and where the next begins."""
    after = source[at + 1 : at + 3]
    if after[:1].isascii() and after[:1].isalpha():
        return _tag(source, at + 1, Kind.START)
    if after[:1] == "/" and after[1:].isascii() and after[1:].isalpha():
        return _tag(source, at + 2, Kind.END)
    if source.startswith("<!--", at):
        return _comment(source, at + 4)
    if after[:1] in ("!", "?", "/") and after[:1]:
        end = source.find(">", at)
        return (len(source) if end < 0 else end + 1), Token(Kind.COMMENT, source[at + 2 : end if end >= 0 else None])
    return at + 1, Token(Kind.TEXT, "<")


def _tag(source: str, at: int, kind: Kind) -> tuple[int, Token]:
    name = _NAME.match(source, at)
    start = name.end() if name else at
    end = _tag_end(source, start)
    return end, Token(kind, "", source[at:start].lower(), source[start : end - 1])


def _tag_end(source: str, at: int) -> int:
    """Behind the `>` that ends the tag: one inside a quoted value does not. The end of input where none does."""
    size = len(source)
    close = source.find(">", at)
    while close >= 0:
        equals = source.find("=", at, close)
        if equals < 0:
            return close + 1
        at = equals + 1
        while at < size and source[at] in " \t\n\f":
            at += 1
        if source[at] in "\"'":
            at = source.find(source[at], at + 1) + 1
            if at == 0:
                return size
        if close < at:
            close = source.find(">", at)
    return size


def _comment(source: str, at: int) -> tuple[int, Token]:
    for abrupt in (">", "->"):
        if source.startswith(abrupt, at):
            return at + len(abrupt), Token(Kind.COMMENT)
    end = _COMMENT_END.search(source, at)
    if end is None:
        return len(source), Token(Kind.COMMENT, source[at:])
    return end.end(), Token(Kind.COMMENT, source[at : end.start()])


def _raw(source: str, at: int, name: str) -> tuple[int, str]:
    """What stands up to the end tag of a raw text element; the end tag itself comes as the next token."""
    if name == "plaintext":
        return len(source), source[at:]
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(source, at)
    stop = end.start() if end else len(source)
    return stop, source[at:stop]
