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
from collections.abc import Iterator
from functools import cache
from itertools import product

from gatekeeper.detect.words import lexicon

_UNIONS = {
    "BASE": "Work Take Get Put Order Buy Pay Keep Make Send Give Go Proceed Start Engage Hire Let Fund Do Charge Grant",
    "ACT": "Work Take Get Put Pay Keep Engage Hire Proceed Start Order Buy Fund Go Do Charge",
    "DONE": "Work.ed Take.ed Put Pay.ed Keep.ed Make.ed Fund.ed Send.ed Get.ed Give.ed Order.ed Engage.ed",
    "DOING": "Work.ing Take.ing Put.ing Get.ing Keep.ing Make.ing Send.ing Let.ing Order.ing Pay.ing Start.ing",
    "LENDS": "Work Fund Pay Take Give Grant Keep Get Put Send Make Let Order Buy Engage Hire Offer Charge Do",
    "THING": "It Them Det Your Sum Number Place Name Word Quote Our Yours That Money You Us Day Their Other Council",
    "LEAD": "Good Name Comma Adv And But Yes Fine No As Please Happy Agree.ed Accept.ed Stop Day",
}
_PHRASES = {
    "AUTHOR": "I|We|Council",
    "COUNCIL": "( Council|Town )",
    "WILLING": "( Be Adv* Happy To / Can / Will / Do / Would Adv* Be Happy To / Would Like To / Should Like To "
    "/ Be Word To / Be Able To / Have Been Able To )? Adv*",
    "PLACE": "( Det|Your|Our|It|Number ) ~{0,3} Place",
    "PRICE": "( Quote|Sum|Offer / ( Det|Your|Their|It|Number ) ~{0,3} ( Quote|Sum|Offer ) )",
    "NOTINFO": "(! Me|My|Info|Good|Inform ) (! ~{0,3} ( Info|Inform|Social|Me|My|Money ) )",
    "GO": "( Go Ahead And|Comma / Go And )? LEAD*",
    "TOLD": "( You / Your ~{0,3} / Name ~{0,2} / Det ~{1,4} / Them )",
}
_ELEMENT = re.compile(r"(~|\^|\$|/|\(!|\(|\)|[A-Za-z'.|]+)([?*+]|\{\d,\d\d?\})?$")
_BOUNDS = {"": "", "?": "?", "*": "{0,4}", "+": "{1,4}"}


@cache
def alphabet() -> dict[str, str]:
    """The character of each class: of private use, so that no word of a text has it."""
    kinds = {*lexicon().values(), "Number", "Sum", "Comma", "Stop", "'s", "Name", "Word", "Mark"}
    return {kind: chr(0xE000 + at) for at, kind in enumerate(sorted(kinds))}


@cache
def classes() -> dict[str, str]:
    """The class of each character."""
    return {letter: kind for kind, letter in alphabet().items()}


@cache
def pattern(source: str) -> re.Pattern[str]:
    """The compiled pattern. Raises ValueError for a class that no word has."""
    return re.compile("".join(_element(e) for e in _spelt_out(source)))


def _spelt_out(source: str) -> list[str]:
    whole = source
    for _ in range(2):
        whole = " ".join(_PHRASES.get(e, e) for e in whole.split())
    return whole.split()


Needs = list[frozenset[str]]
"""Sets of characters: of each at least one stands in every row that matches."""


@cache
def needs(source: str) -> tuple[frozenset[str], ...]:
    """What every row that matches the pattern has, the smallest set first: see `Needs`.

    An element that may be absent asks for nothing, and of alternatives only what all of them ask for counts.
    """
    found, _ = _needs(iter(_spelt_out(source)))
    return tuple(sorted(set(found), key=lambda letters: (len(letters), sorted(letters))))


def _needs(elements: Iterator[str]) -> tuple[Needs, str]:
    """The needs of a bracket, and how often it must stand; up to its end, which is consumed."""
    branches: list[Needs] = [[]]
    for element in elements:
        body, times = _parted(element)
        match body:
            case ")":
                return _common(branches), times
            case "/":
                branches.append([])
            case "(!":
                _needs(elements)
            case "(":
                inner, often = _needs(elements)
                branches[-1] += [] if _absent(often) else inner
            case "~" | "^" | "$":
                pass
            case _:
                branches[-1] += [] if _absent(times) else [frozenset(_letters(body))]
    return _common(branches), ""


def _absent(times: str) -> bool:
    return times in ("?", "*") or times.startswith("{0")


def _common(branches: list[Needs]) -> Needs:
    """What all alternatives need: one need of each, joined, in all ways while there are few."""
    ways = 1
    for branch in branches:
        ways *= len(branch)
    if ways > 16:
        branches = [[min(branch, key=len)] for branch in branches]
    return [frozenset().union(*way) for way in product(*branches)]


def _parted(element: str) -> tuple[str, str]:
    """What the element names and how often, as written."""
    if (found := _ELEMENT.match(element)) is None:
        raise ValueError(f"not a pattern element: {element}")
    return found[1], found[2] or ""


def _element(element: str) -> str:
    body, times = _parted(element)
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
