"""Disguises that change how words are written and not how they read: for measuring what they cost."""

import re
from collections.abc import Callable

_CYRILLIC = str.maketrans("aeopcxyi", "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456")
_LEET = str.maketrans("oieas", "01345")
_LETTERS = re.compile(r"[a-z]{4,}")


def look_alikes(words: str) -> str:
    return words.translate(_CYRILLIC)


def zero_width(words: str) -> str:
    return re.sub(r"(?<=\w)(?=\w)", "\u200b", words)


def soft_hyphens(words: str) -> str:
    return re.sub(r"(\w\w)(?=\w\w)", "\\1\u00ad", words)


def full_width(words: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in words)


def letter_spaced(words: str) -> str:
    """Every second longer word spelt out."""
    return " ".join(" ".join(w) if n % 2 and w.isalpha() and len(w) > 2 else w for n, w in enumerate(words.split(" ")))


def leet(words: str) -> str:
    return _LETTERS.sub(lambda m: m[0][0] + m[0][1:].translate(_LEET), words)


def line_breaks(words: str) -> str:
    """Hard-wrapped after every third word, as some gateways do."""
    parts = words.split(" ")
    return " ".join(f"{w}\n" if n % 3 == 2 and n + 1 < len(parts) else w for n, w in enumerate(parts)).replace(
        "\n ", "\n"
    )


def capitals(words: str) -> str:
    return words.upper()


TRICKS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("look-alike letters", look_alikes),
    ("zero-width spaces", zero_width),
    ("soft hyphens", soft_hyphens),
    ("full-width letters", full_width),
    ("letter spacing", letter_spaced),
    ("leet digits", leet),
    ("short lines", line_breaks),
    ("capitals", capitals),
)
"""Name and disguise."""
