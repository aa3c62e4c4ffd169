"""The canonical form of a text, and the way back to the words as they were sent.

A clerk must see what the author wrote, and the rules must see what a reader would read. So tricks that change the
bytes and not the look are undone here, and every canonical character remembers where it came from: compatibility
forms (Unicode NFKC), invisible characters (general category Cf), letters of other scripts that look like Latin ones
inside otherwise Latin text (after Unicode Technical Standard 39), and words spelt with a space between the letters.
"""

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import cache

from gatekeeper.detect.words import lexicon

LIMIT = 65_536
"""Characters of one view that are looked at from each end; see `windows`."""


@dataclass(frozen=True, slots=True)
class Canon:
    """`text` is the canonical form; `origin[i]` the offset in the source of canonical character `i`.

    `origin` is empty where the two are the same; `size` is the length of the source. `tricks` counts characters that
    no honest English mail has.
    """

    text: str
    origin: "array[int]"
    size: int
    tricks: int = 0

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The source range of the canonical range `[start, end)`, `start < end`."""
        if not self.origin:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'", "\u02bc": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-",
    "\u2022": "*", "\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "\u2026": "...",
}  # fmt: skip

_LOOKALIKES = (
    ("аеорсухіјѕԁһԛԝӏвкмнтгпАВСЕНІЈКМОРЅТУХҮԌԚԜ", "aeopcyxijsdhqwlbkmhtrnABCEHIJKMOPSTYXYGQW"),
    ("αβγεικνορτυχωςηΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abyeiknoptuxwcnABEZHIKMNOPTYX"),
    ("օսոհցզքյԼՏՍ", "ounhgqpjLSU"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıɩ", "abcdefghijklmnoprstuvwyzagii"),
    ("ᎪᏴᏟᎬᎻᎫᏦᏞᎷᎾᏢᎡᏚᎢᏙᎳ", "ABCEHJKLMOPRSTVW"),
)

_STRANGE = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"\w{1,64}")
_SPACED = re.compile(r"(?<![^\s(\"])\w(?:[ \t._*-]\w){2,40}(?![^\s.,;:!?)\"])")
_LEET = re.compile(r"\b[a-z](?=[a-z]{0,20}[013457@$])[a-z013457@$]{2,20}", re.IGNORECASE)
_INSIDE = re.compile(r"[a-z]{1,16}(?:[013457@$]{1,3}[a-z]{1,16}){1,8}[013457@$]{0,2}", re.IGNORECASE)
_LETTER_AND_DIGIT = re.compile(r"[013457@$](?<=[a-z].)", re.IGNORECASE)
_TWO_ALONE = re.compile(r"[ \t._*-]\w[ \t._*-](?<=\w...)(?<![^\s(\"]\w...)\w")
"""What stands in every match of `_LEET` and of `_SPACED`, and is looked for much faster."""
_LEET_LETTERS = {ord(a): b for a, b in zip("013457@$", "oieastas", strict=True)}


@cache
def _lookalikes() -> dict[str, str]:
    return {a: b for odd, latin in _LOOKALIKES for a, b in zip(odd, latin, strict=True)}


def canonical(text: str) -> Canon:
    """The canonical form. Linear in the length of `text`; never raises, whatever it holds."""
    if text.isascii():
        chars, origin, tricks = text, array("l"), 0
    else:
        chars, origin, tricks = _plain_characters(text)
    if "\r" in chars:
        chars = chars.replace("\r", "\n")
    chars = _unleet(chars)
    return _join_spaced(Canon(chars, origin, len(text), tricks))


def _plain_characters(text: str) -> tuple[str, "array[int]", int]:
    """Characters that read the same, with their offsets (none where nothing moved) and how many were disguised."""
    found = {char: _plain(char) for char in set(_STRANGE.findall(text))}
    if all(len(plain) == 1 for plain, _ in found.values()):
        joined, origin = _STRANGE.sub(lambda strange: found[strange[0]][0], text), array("l")
    else:
        parts = [found.get(char, (char, 0))[0] for char in text]
        joined = "".join(parts)
        origin = array("l", (at for at, part in enumerate(parts) for _ in part))
    tricks = sum(text.count(char) for char, (_, odd) in found.items() if odd)
    table = _lookalikes()
    latin, swapped = joined, 0
    if any(c in table for plain, _ in found.values() for c in plain):
        latin, swapped = _latin_words(joined)
    return latin, origin, tricks + swapped


@cache
def _plain_table() -> dict[str, tuple[str, int]]:
    return {odd: (plain, 0) for odd, plain in _PLAIN.items()}


def _plain(char: str) -> tuple[str, int]:
    table = _plain_table()
    if found := table.get(char):
        return found
    if unicodedata.category(char) == "Cf":
        return "", int(char != "\ufeff")
    folded = unicodedata.normalize("NFKC", char)
    odd = int(folded != char and folded.isascii() and folded.isalpha())
    return folded[:8], odd


def _latin_words(text: str) -> tuple[str, int]:
    """Look-alike letters made Latin, in texts whose letters are mostly Latin or words that mix the scripts."""
    table = _lookalikes()
    swapped = 0

    def swap(found: re.Match[str]) -> str:
        nonlocal swapped
        word = found[0]
        if word.isascii() or not all(c in table or c < "\u0250" for c in word):
            return word
        new = "".join(table.get(c, c) for c in word)
        swapped += new != word
        return new

    return _WORD.sub(swap, text), swapped


def _unleet(text: str) -> str:
    """Digits for letters inside a word ("acc3pt"), or at the end of one we know ("agr33"); the length stays."""
    if not _LETTER_AND_DIGIT.search(text):
        return text
    known = lexicon()

    def letters(found: re.Match[str]) -> str:
        word = found[0].translate(_LEET_LETTERS)
        return word if word.lower() in known or _INSIDE.fullmatch(found[0]) else found[0]

    return _LEET.sub(letters, text)


def _spelt(found: re.Match[str]) -> list[int]:
    """Where the letters of a spelt-out word stand; a leading "I" or "a" is a word of its own where the rest is one."""
    word = found[0][::2].lower()
    places = list(range(found.start(), found.end(), 2))
    known = lexicon()
    if word[0] in "ia" and word not in known and word[1:] in known:
        return [places[0], places[0] + 1, *places[1:]]
    return places


def _join_spaced(canon: Canon) -> Canon:
    """Words spelt out ("a c c e p t") put together again; two or more spaces, or a line end, still part words."""
    if not _TWO_ALONE.search(canon.text) or not (found := list(_SPACED.finditer(canon.text))):
        return canon
    origin = canon.origin or array("l", range(len(canon.text)))
    parts: list[str] = []
    where = array("l")
    at = 0
    for match in found:
        parts.append(canon.text[at : match.start()])
        where.extend(origin[at : match.start()])
        places = _spelt(match)
        parts.append("".join(canon.text[p] for p in places))
        where.extend(origin[p] for p in places)
        at = match.end()
    parts.append(canon.text[at:])
    where.extend(origin[at:])
    return Canon("".join(parts), where, canon.size, canon.tricks + len(found))
