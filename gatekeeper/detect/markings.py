"""Markings by which a message says that its content is confidential, protected or restricted.

A marking is a sign put on the message: in the subject, on a line of its own at head or foot, in a header field, in an
attachment's name. A word inside a sentence, or a disclaimer that a mail system adds to everything, is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.core.message import Field, Message, Text, Where
from gatekeeper.detect.canon import canonical
from gatekeeper.detect.passages import HISTORY, SIGNED, Passage, lines, sentences

HEAD_LINES = 4
FOOT_LINES = 4
MAX_FIELD = 4000
"""Characters of a header field that are looked at."""


class Level(StrEnum):
    CONFIDENTIAL = "confidential"
    PROTECTED = "protected"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Marking:
    """One marking: `words` exactly as they stand, `where` the place ("subject", "body", "header sensitivity",
    "attachment plan.pdf").

    `inherited` says that it was not put there by this author: it came along with a quoted or forwarded message or
    with the subject of one. `author` is the mail address named nearest above a quoted marking, "" where none is.
    """

    level: Level
    words: str
    where: str
    inherited: bool = False
    author: str = ""


_LEVELS = {
    "confidential": Level.CONFIDENTIAL,
    "confidence": Level.CONFIDENTIAL,
    "sensitive": Level.CONFIDENTIAL,
    "private": Level.CONFIDENTIAL,
    "protected": Level.PROTECTED,
    "protect": Level.PROTECTED,
    "restricted": Level.RESTRICTED,
}
_MARK = (
    r"(?:(?:strictly|highly|company|council|private|personal|commercial(?:ly)?)[ -]{1,3}(?:and|&)?[ ]?){0,2}"
    r"(?P<level>confidential|restricted|protected|protect|in (?:strict(?:est)? )?confidence|"
    r"(?:official|commercially|market)[ -]{1,3}sensitive)"
)
_BANNER = re.compile(
    r"[\W_]{0,12}(?:(?:security |protective )?(?:classification|marking|classified(?: as)?|sensitivity|"
    r"status)\W{1,4}|"
    r"marked (?:as )?|(?:this (?:e-?mail|message|document|report|information) (?:is|has been) (?:marked|"
    r"classified) (?:as )?))?"
    r"[\W_]{0,4}" + _MARK + r"(?P<rest>.{0,160})",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?P<head>[\W_]{0,12})" + _MARK + r"(?P<rest>.{0,200})", re.IGNORECASE)
_INSIDE = re.compile(r"(?P<open>[\[({*<|/_]|-{1,2} ?|: ?|, ?|^)[ ]?" + _MARK + r"(?P<close>[\])}*>|/_]| ?-|:|\.\w|$)",
                     re.IGNORECASE)  # fmt: skip
_LAST = re.compile(r"(?<=[a-z\d] )(?P<level>CONFIDENTIAL|RESTRICTED|PROTECTED)(?=\.\w{1,8}$|$)")
_PREFIX = re.compile(r"\s*(?P<prefix>(?:(?:re|fw|fwd|ateb|ymlaen|wg|aw)\s*(?:\[\d+\])?\s*:\s*)*)", re.IGNORECASE)
_ORDINARY = re.compile(
    r"[ _-]?(?:waste|shredding|bins?|paper|disposal|collections?|counselling|help ?line|reporting|references?|"
    r"advice line|"
    r"ity|by-?ways?|parking|access|zones?|areas?|hours|growth|covenants?|species|trees?|characteristics|views?|"
    r"sites?|monuments?|habitats?|buildings?|wrecks?|funds?|reserves?|speed|use|orders?|list|cycle|delivery|"
    r"landscapes?|bats?|birds?|leave|disclosures?|time|cars?|vehicles?|entry|roads?|lanes?|routes?|heritage|"
    r"services?|deposits?|tenanc(?:y|ies)|wildlife|open spaces?|hedgerows?|planning|premises|numbers?)\b",
    re.IGNORECASE,
)
_LEGALESE = re.compile(
    r"\b(?:intended|recipients?|addressees?|in error|disclaimer|privileged|attachments?|e-?mail|message|notice|"
    r"may be|may contain|contains?|liab\w+|unauthori[sz]ed|is|are|was|not|no|never)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:[\w ,'-]{0,30}\b)?please (?:do )?(?:treat|regard|keep|handle|consider) (?!.{0,40}\bnot\b).{1,80}?"
    r"\b(?:as |in )(?:strictly |strict |absolutely |private and |highly )?(?P<level>confiden(?:tial|ce))\b|"
    r"^(?:\w+ ){0,4}?(?:this|the attached|the following|what follows|the enclosed)(?: \w+){0,2} is (?:strictly |"
    r"highly )?(?:private and )?(?:(?P<level2>confidential)|"
    r"given (?:to you )?in (?:strict )?confidence)\b(?!.{0,80}\b"
    r"(?:intended|recipients?|addressees?|privileged)\b)|"
    r"^(?:i|we) (?:am|are)? ?(?:\w+ )?(?:tell|telling|shar(?:e|ing)|send|sending|writ(?:e|ing)|giv(?:e|ing)) .{1,60}"
    r"\bin (?:the )?(?:strict(?:est)? )?confidence\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?\W{0,4}$")
_ADDRESS = re.compile(r"[^\s<>@\"'(),;:\[\]]{1,64}@[^\s<>@\"'(),;:\[\]]{1,190}")
_ATTRIBUTES = re.compile(r"\b(?:from|oddi wrth|gan|wrote|writes|ysgrifennodd)\b", re.IGNORECASE)
_QUOTED_SUBJECT = re.compile(
    r"[>\s*_]{0,8}(?:subject|pwnc|testun)[*_ ]{0,3}:\s{0,4}(?P<subject>.{1,400})", re.IGNORECASE
)

_FIELDS = frozenset(
    "sensitivity x-protective-marking x-protectivemarking protective-marking x-protected-marking x-sensitivity-label "
    "sensitivity-label x-classification classification x-security-classification security-classification "
    "x-document-classification x-titus-classification x-titus-label x-label sio-label x-marking "
    "x-ms-exchange-organization-classification".split()
)
_LABELS = "msip_labels"
_LABEL = re.compile(r"MSIP_Label_(?P<id>[\w-]{1,64}?)_(?P<key>Enabled|Name)\s{0,3}=\s{0,3}(?P<value>[^;]{0,200})",
                    re.IGNORECASE)  # fmt: skip
_FIELD_LEVEL = re.compile(
    r"(?<![A-Za-z])(?P<level>restricted|protected|protect|confidential|sensitive|private)(?![A-Za-z])", re.IGNORECASE
)
_DENIES = re.compile(
    r"\b(?:un|non?[ -]?|not[ -]|was[ -])(?:restricted|protected|protect|confidential|sensitive)", re.IGNORECASE
)


def markings(message: Message) -> tuple[Marking, ...]:
    """Every marking of a message, its own before those that came along. Never raises, whatever the message holds."""
    found = (*_of_subject(message), *_of_fields(message), *_of_names(message), *_of_texts(message))
    return tuple(sorted(dict.fromkeys(found), key=lambda m: m.inherited))


def in_title(title: str) -> tuple[Level, str] | None:
    """(level, exact words) of the marking in a subject, or the name of a file, if it bears one."""
    canon = canonical(title[:1000])
    text = canon.text.replace("\n", " ")
    start = _PREFIX.match(text)
    begin = start.end() if start else 0
    first = _TITLE.match(text, begin)
    if first is not None and _sets_apart(first, text):
        return _level(first["level"]), _words(title, canon.back(first.end("head"), first.end("level")))
    for found in (*_INSIDE.finditer(text, begin), *_LAST.finditer(text, begin)):
        if not _ORDINARY.match(text, found.end("level")):
            return _level(found["level"]), _words(title, canon.back(*found.span("level")))
    return None


def _sets_apart(found: re.Match[str], text: str) -> bool:
    """Whether the word at the beginning marks what follows, and is no adjective of it: by capitals, by brackets, or by
    what stands between."""
    if _ORDINARY.match(text, found.end("level")):
        return False
    rest = found["rest"]
    if not rest.strip() or re.match(r"\s{0,2}[\])}:|/*_>,-]|\.\w", rest):
        return True
    return found["level"].isupper() and not (text.isupper() and found["level"] == "PROTECT")


def _words(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]].strip()


def _level(word: str) -> Level:
    return _LEVELS[re.split(r"[ -]", word.lower())[-1]]


def _of_subject(message: Message) -> Iterator[Marking]:
    if found := in_title(message.subject):
        prefix = _PREFIX.match(message.subject)
        yield Marking(*found, "subject", bool(prefix and prefix["prefix"]))


def _of_fields(message: Message) -> Iterator[Marking]:
    for part in message.root.walk():
        for header in part.fields:
            if (level := level_of_field(header)) is not None:
                inner = part is not message.root
                yield Marking(level, " ".join(header.value[:200].split()), f"header {header.name}", inner)


def level_of_field(header: Field) -> Level | None:
    """What a header field marks: Sensitivity (RFC 2156 section 5.3.4), SIO-Label (RFC 7444), sensitivity labels and
    the fields of marking tools; `None` where it marks nothing."""
    value = canonical(header.value[:MAX_FIELD]).text
    if header.name == _LABELS:
        value = " ".join(_label_names(value))
    elif header.name not in _FIELDS:
        return None
    levels = {_LEVELS[m["level"].lower()] for m in _FIELD_LEVEL.finditer(_DENIES.sub(" ", value))}
    return next((level for level in (Level.RESTRICTED, Level.PROTECTED, Level.CONFIDENTIAL) if level in levels), None)


def _label_names(value: str) -> Iterator[str]:
    """The names of the labels in force."""
    pairs = [(m["id"].lower(), m["key"].lower(), m["value"].strip()) for m in _LABEL.finditer(value)]
    off = {label for label, key, said in pairs if key == "enabled" and said.lower() != "true"}
    yield from (said for label, key, said in pairs if key == "name" and label not in off)


def _of_names(message: Message) -> Iterator[Marking]:
    names = dict.fromkeys((*(p.filename for p in message.root.walk() if p.filename), *message.attachments))
    for name in names:
        tidy = " ".join(name.split())
        if found := in_title(tidy):
            yield Marking(*found, f"attachment {tidy}")


def _of_texts(message: Message) -> Iterator[Marking]:
    for text in message.texts:
        where = f"{text.where} {text.name}".strip()
        if text.where is Where.SUBJECT:
            continue
        if text.where is not Where.FORWARDED:
            for passage in _own_banners(text):
                if (level := _banner(passage.plain)) is not None:
                    yield Marking(level, passage.words, where)
            yield from _requests(text, where)
        yield from _brought_along(text, where)


def _own_banners(text: Text) -> Iterator[Passage]:
    """Lines at head and foot; one in small letters only where it is a paragraph of its own, and no line that broke."""
    mine = lines(text, SIGNED)
    for number, passage in enumerate(mine):
        if HEAD_LINES <= number < len(mine) - FOOT_LINES:
            continue
        if not passage.plain.islower() or _is_paragraph(text, passage):
            yield passage


def _is_paragraph(text: Text, passage: Passage) -> bool:
    before, after = text.text[max(0, passage.start - 2) : passage.start], text.text[passage.end : passage.end + 2]
    return before in ("", "\n\n") or after in ("", "\n", "\n\n")


def _banner(line: str) -> Level | None:
    """The level of a line that is a marking and nothing else; a short remark after a dash or colon may follow."""
    found = _BANNER.fullmatch(line)
    if found is None or _LEGALESE.search(found["rest"]) or _ASKS.search(line):
        return None
    rest = found["rest"]
    if re.fullmatch(r"[\W_]{0,40}", rest):
        return None if line.endswith(",") else _level(found["level"])
    if _ORDINARY.match(rest):
        return None
    return _level(found["level"]) if re.match(r"\s{0,2}[\])}:|/*_>–—-]", rest) else None


def _requests(text: Text, where: str) -> Iterator[Marking]:
    """A sentence in which the author asks to keep this in confidence; near its head, or anywhere as a request."""
    for number, passage in enumerate(sentences(text)):
        found = _REQUEST.search(passage.plain)
        if found is None or _ASKS.search(passage.plain) or (found["level2"] and number >= HEAD_LINES):
            continue
        yield Marking(Level.CONFIDENTIAL, passage.words, where)


def _brought_along(text: Text, where: str) -> Iterator[Marking]:
    """Banner lines and subjects of what is quoted or forwarded: at the head of a passage, behind its header, or at
    its foot."""
    history = lines(text, HISTORY)
    author, since = "", 0
    for number, passage in enumerate(history):
        line = passage.plain.lstrip("> ")
        named = _ADDRESS.search(passage.words[:1000]) if _ATTRIBUTES.search(line) else None
        if named is not None:
            author, since = named[0], number
        subject = _QUOTED_SUBJECT.match(passage.plain)
        marked = in_title(subject["subject"]) if subject else None
        level = marked[0] if marked else None
        if level is None and (number - since <= HEAD_LINES + 6 or number >= len(history) - FOOT_LINES):
            level = _banner(line)
        if level is not None:
            yield Marking(level, passage.words, where, inherited=True, author=author)
