"""The paradigms of `paradigms.txt` as example mails of one sentence, their slots filled from the lists below.

They teach the model what changes a commitment (who speaks, negation, condition, report, question, recipient) across
a vocabulary wider than any set of real mails. They are never used to measure anything.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files

from gatekeeper.detect.training.corpus import Mail

_SLOTS = {
    "We": ["we", "I"],
    "Council": ["the council", "the parish council", "the town council", "this council", "Ashcombe Parish Council"],
    "price": ["your quote", "the price", "your estimate of £640", "your offer", "the quotation for the roof", "it",
              "your terms", "your tender", "your quote for the railings", "the lower price"],
    "thing": ["the fence", "the pump", "the old shed", "the noticeboard", "both gates", "the verge by the school",
              "it", "the big ash tree", "the light on Mill Lane", "the ditch", "that wall",
              "the paragraph about parking",
              "the tables", "the toilets", "the footpath", "the flower beds", "the post about the market", "them"],
    "place": ["the hall", "plot 12", "the top field", "the green", "pitch 3", "the side room", "the pavilion",
              "the corner stall", "the square", "that bit of land"],
    "when": ["on Friday", "by the end of the month", "next week", "before Easter", "today", "from Monday", "this week",
             "on the 14th", "tonight", "tomorrow morning", "", ""],
    "ago": ["last week", "on Tuesday", "in March", "yesterday", "last year"],
    "amount": ["£300", "£1,250", "£48", "£95.50", "£2,000"],
    "number": ["two", "12", "six", "40", "a dozen", "three"],
    "goods": ["bins", "benches", "bags of salt", "chairs", "laptops", "trees", "signs", "hanging baskets"],
    "sum": ["the invoice", "the deposit", "her expenses", "the extra £90", "the refund", "your mileage", "this bill",
            "the £400 for the band", "the grant of £500", "the overtime", "the stage payment"],
    "payee": ["the roofer", "them", "Mrs Webb", "him", "Bright & Sons", "the Scouts", "the printer", "her"],
    "budget": ["the events budget", "reserves", "the grounds budget", "my ward fund", "petty cash"],
    "party": ["the Scouts", "the school", "your group", "Mr Price", "the football club", "she", "the bowls club"],
}  # fmt: skip
_VERBS = (
    "mend mended mending", "move moved moving", "take_down taken_down taking_down", "repaint repainted repainting",
    "clear cleared clearing", "replace replaced replacing", "lock locked locking", "cut_back cut_back cutting_back",
    "put_up put_up putting_up", "fix fixed fixing", "sort_out sorted_out sorting_out", "empty emptied emptying",
    "close closed closing", "open opened opening", "look_after looked_after looking_after", "change changed changing",
    "clean cleaned cleaning", "get_rid_of got_rid_of getting_rid_of", "finish finished finishing", "do done doing",
)  # fmt: skip


class _Chance:
    """A row of numbers that looks random and is the same every time."""

    def __init__(self, seed: int) -> None:
        self._seed, self._drawn = seed, 0

    def below(self, limit: int) -> int:
        self._drawn += 1
        drawn = hashlib.sha256(f"{self._seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(drawn[:8]) % limit

    def choice(self, of: Sequence[str]) -> str:
        return of[self.below(len(of))]

    def one_in(self, times: int) -> bool:
        return self.below(times) == 0


def paradigms(fillings: int = 3, seed: int = 11) -> list[Mail]:
    """Every paradigm `fillings` times for each of its recipient kinds, the same ones for the same `seed`."""
    chance = _Chance(seed)
    lines = (files("gatekeeper.detect.training") / "paradigms.txt").read_text("utf-8").splitlines()
    mails: list[Mail] = []
    for line in lines:
        if not line or line.startswith("#"):
            continue
        head, _, sentence = line.partition("|")
        label, kinds = head.split()
        for kind in kinds.split(","):
            mails += [
                _mail(label, kind, _filled(sentence.strip(), chance), len(mails) + n, chance) for n in range(fillings)
            ]
    return mails


def _filled(sentence: str, chance: _Chance) -> str:
    base, done, doing = _verb(chance)
    words = sentence.replace("{work}", base).replace("{worked}", done).replace("{working}", doing)
    for slot, choices in _SLOTS.items():
        while (mark := "{" + slot + "}") in words:
            words = words.replace(mark, chance.choice(choices), 1)
    words = words.replace("{council}", chance.choice(_SLOTS["Council"])).strip()
    words, _, asked = words.partition(" >> ")
    words = words[0].upper() + words[1:] if not chance.one_in(5) else words
    words = words if words.endswith("?") or chance.one_in(10) else words + "."
    return f"{words}\n\n> {asked[0].upper()}{asked[1:]}\n" if asked else words


def _verb(chance: _Chance) -> tuple[str, str, str]:
    base, done, doing = chance.choice(_VERBS).split()
    return base.replace("_", " "), done.replace("_", " "), doing.replace("_", " ")


def _mail(label: str, kind: str, sentence: str, number: int, chance: _Chance) -> Mail:
    role = chance.choice(["councillor", "councillor", "chair", "mayor"])
    evidence = "" if label == "none" else sentence.partition("\n")[0]
    return Mail(f"p-{number}", "paradigms", role, kind, "", sentence, label, "", evidence, "", f"p-{number}")
