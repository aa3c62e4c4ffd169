"""A small pattern language over rows of word classes.

Every class is one character of an alphabet of its own, a clause a short string over it, and a pattern an ordinary
regular expression; all repetition is bounded, so matching is linear in the clause.

    I|We Adv* Accept (! Social ) Your      a class, or one of several; `*` is at most four, `+` one to four
    ( Det / Your )? Quote                  alternatives in brackets, `/` between them
    ~{0,3}                                 any class, bounded
    ^ $                                    the two ends of the clause
    BASE                                   a name of `_UNIONS`
    WILLING                                a name of `_PHRASES`
"""

import re
from collections.abc import Iterable
from functools import cache

from gatekeeper.detect.words import Token, lexicon

_UNIONS = {
    "BASE": "Work Take Get Put Order Pay Keep Make Send Give Go Proceed Engage Let Fund",
    "ACT": "Work Take Get Put Pay Keep Engage Proceed Order Fund Go",
    "DONE": "Work.ed Take.ed Pay.ed Keep.ed Make.ed Fund.ed Send.ed Get.ed Give.ed Order.ed Engage.ed Put",
    "DOING": "Work.ing Take.ing Put.ing Get.ing Keep.ing Make.ing Send.ing Let.ing Order.ing Pay.ing",
    "PERF": "Accept Grant Engage Order Approve",
    "THING": "It Them Det Your Sum Number Place Name Word Quote Our Yours That Money Me You Us Work Day Their",
    "LEAD": "Good Name Comma Adv And But Yes Fine No As Please Happy Agree.ed Accept.ed Stop",
}
_PHRASES = {
    "WILLING": "( Be Adv* Happy To / Can / Will / Do / Would Be Happy To / Would Like To / Be Word To )? Adv*",
    "AUTHOR": "I|We",
    "COUNCIL": "( Council|Town )",
    "PLACE": "( Det|Your|Our|It|Number ) ~{0,3} Place",
    "PRICE": "( Quote|Sum / ( Det|Your|Their|It|Number ) ~{0,3} ( Quote|Sum ) )",
    "NOTINFO": "(! Me|My|Info|Private|Good ) (! ~{0,3} ( Info|Inform|Social|Me|My ) )",
}
_ELEMENT = re.compile(r"(~|\^|\$|/|\(!|\(|\)|[A-Za-z'.|]+)([?*+]|\{\d,\d\d?\})?$")
_BOUNDS = {"": "", "?": "?", "*": "{0,4}", "+": "{1,4}"}


@cache
def alphabet() -> dict[str, str]:
    """The character of each class."""
    kinds = {*lexicon().values(), "Number", "Sum", "Comma", "Stop", "'s", "Name", "Word"}
    return {kind: chr(0x4E00 + at) for at, kind in enumerate(sorted(kinds))}


def row(tokens: Iterable[Token]) -> str:
    """The clause as a string over the alphabet, one character a token."""
    letters = alphabet()
    return "".join([letters[t.kind] for t in tokens])


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The compiled pattern. Raises ValueError for a class that no word has."""
    whole = " ".join(_PHRASES.get(e, e) for e in source.split())
    return re.compile("".join(_element(e) for e in whole.split()))


def _element(element: str) -> str:
    found = _ELEMENT.match(element)
    if found is None:
        raise ValueError(f"not a pattern element: {element}")
    body, times = found[1], found[2] or ""
    bound = _BOUNDS.get(times, times)
    match body:
        case "~":
            return "." + bound
        case "/":
            return "|"
        case "(":
            return "(?:"
        case "(!":
            return "(?!"
        case "^" | "$" | ")":
            return body + bound
        case _:
            return f"[{_letters(body)}]{bound}"


def _letters(names: str) -> str:
    letters = alphabet()
    out = ""
    for name in names.split("|"):
        for kind in _UNIONS.get(name, name).split():
            if kind not in letters:
                raise ValueError(f"no word is of class {kind}")
            out += letters[kind]
    return out
