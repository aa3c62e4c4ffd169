"""The sentence model: a logistic regression over named features, scored in plain Python from shipped weights.

The weights are data: `weights/speech.weights`, a line of SHA-256 and a line of JSON, made by
`gatekeeper.detect.training`. What weighed in a score is exact, because the score is a sum.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import repeat
from pathlib import Path
from typing import Any

from gatekeeper.detect.bound import Bound, bound_of
from gatekeeper.detect.rules import Act

ACTS = (Act.OBLIGATION, Act.INSTRUCTION, Act.FINANCIAL)


@dataclass(frozen=True)
class Model:
    """`weights[name]` speaks for holding, `acts[name]` for each of `ACTS`; `bias` is that of holding and of the acts.

    `slope` and `offset` turn the held sum into a probability calibrated on cross-validated messages (Platt).
    `thresholds` are (share of needless holds on ordinary mail, score), ascending by share.
    """

    weights: dict[str, float]
    acts: dict[str, tuple[float, float, float]]
    bias: tuple[float, float, float, float]
    slope: float = 1.0
    offset: float = 0.0
    thresholds: tuple[tuple[float, float], ...] = ((0.01, 0.5),)

    def held(self, names: list[str]) -> float:
        """The probability that a clause with these features binds, 0..1."""
        total = self.bias[0] + sum(map(self.weights.get, names, repeat(0.0)))
        return _sigmoid(self.slope * total + self.offset)

    @cached_property
    def bound(self) -> Bound:
        """The weights again, for `may_reach`; made on first use, which is why the record has no slots."""
        return bound_of(self.weights)

    def may_reach(self, score: float, most: float) -> bool:
        """Whether a clause may score so much whose features add up to `most` at most, in any order of addition."""
        return self.slope <= 0 or _sigmoid(self.slope * (self.bias[0] + most + 1e-6) + self.offset) >= score

    def act(self, names: list[str]) -> Act:
        sums = list(self.bias[1:])
        for name in names:
            if found := self.acts.get(name):
                sums = [s + w for s, w in zip(sums, found, strict=True)]
        return ACTS[sums.index(max(sums))]

    def weighed(self, names: list[str], most: int = 4) -> tuple[str, ...]:
        """The features that spoke most for holding, strongest first."""
        found = [(self.weights[n], n) for n in names if n in self.weights]
        return tuple(name for weight, name in sorted(found, reverse=True)[:most] if weight > 0)

    def threshold(self, needless_holds: float) -> float:
        """The score from which to hold so that about that share of ordinary mail is held needlessly."""
        fitting = [score for share, score in self.thresholds if share <= needless_holds + 1e-9]
        return fitting[-1] if fitting else self.thresholds[0][1]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -500 else 0.0


@cache
def shipped() -> Model:
    """The model that ships with gatekeeper, read on first use. Raises ValueError when its seal does not fit."""
    return parse((Path(__file__).parent / "weights" / "speech.weights").read_text("utf-8"))


def parse(text: str) -> Model:
    """The model in a file that `dump` wrote: the seal on the first line, the content on the second."""
    seal, _, body = text.partition("\n")
    if seal != hashlib.sha256(body.encode()).hexdigest():
        raise ValueError("the weight file is not the one that was sealed: restore it from the release")
    content: dict[str, Any] = json.loads(body)
    acts = {name: (w[0], w[1], w[2]) for name, w in content["acts"].items()}
    b = content["bias"]
    thresholds = tuple((share, score) for share, score in content["thresholds"])
    return Model(content["weights"], acts, (b[0], b[1], b[2], b[3]), content["slope"], content["offset"], thresholds)


def dump(model: Model) -> str:
    """The file of a model, sealed; the same model gives the same text."""
    content = {
        "bias": model.bias,
        "slope": model.slope,
        "offset": model.offset,
        "thresholds": model.thresholds,
        "weights": dict(sorted(model.weights.items())),
        "acts": dict(sorted(model.acts.items())),
    }
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    return hashlib.sha256(body.encode()).hexdigest() + "\n" + body
