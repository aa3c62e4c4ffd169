"""From labelled mails to a model: clauses, weights, calibration, thresholds.

    python -c "from gatekeeper.mail.zones import zones
    from gatekeeper.detect.training.train import main
    main(zones)" tests/corpus/council

reads the development files of the folder and writes `gatekeeper/detect/weights/speech.weights`. It needs nothing but
the standard library and takes some minutes, most of them for the cross-validated calibration.
"""

import hashlib
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.detect.model import ACTS, Model, dump
from gatekeeper.detect.speech import assess
from gatekeeper.detect.training.corpus import Mail, Zoner, load, simple_zones
from gatekeeper.detect.training.examples import Example, examples
from gatekeeper.detect.training.logistic import fit
from gatekeeper.detect.training.paradigms import paradigms

C_HELD = 0.15
C_ACT = 0.5
SEEN = 3
"""Features that occur in fewer clauses are left out."""
SHARES = (0.003, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)


def train(found: Sequence[Example], c: float = C_HELD) -> Model:
    """The uncalibrated model of these clauses."""
    counts = Counter(name for e in found for name in e.features)
    index = {name: at for at, name in enumerate(n for n, k in counts.items() if k >= SEEN)}
    rows = [[index[n] for n in e.features if n in index] for e in found]
    held = fit(rows, [e.label != "none" for e in found], [e.weight for e in found], len(index), c)
    binding = [(row, e) for row, e in zip(rows, found, strict=True) if e.label != "none"]
    acts = [
        fit([r for r, _ in binding], [e.label == act for _, e in binding], [1.0] * len(binding), len(index), C_ACT)
        for act in ACTS
    ]
    weights = {name: round(held[at], 3) for name, at in index.items() if abs(held[at]) >= 0.01}
    rows_of = {name: [round(column[at], 2) for column in acts] for name, at in index.items()}
    spoken = {name: (r[0], r[1], r[2]) for name, r in rows_of.items() if max(map(abs, r)) >= 0.04}
    b = [round(column[-1], 4) for column in (held, *acts)]
    return Model(weights, spoken, (b[0], b[1], b[2], b[3]))


def folds(mails: Sequence[Mail], count: int, seed: int = 1) -> list[set[str]]:
    """Groups of mails dealt into folds; versions of one mail stay together."""
    groups = sorted({m.group for m in mails}, key=lambda g: hashlib.sha256(f"{seed}:{g}".encode()).digest())
    return [set(groups[n::count]) for n in range(count)]


def held_out(mails: Sequence[Mail], parts: Sequence[set[str]], zones: Zoner) -> list[tuple[Model, list[Mail]]]:
    """For each fold the model of the others, and the mails of the fold."""
    extra = examples(paradigms(), zones)
    by_group: dict[str, list[Example]] = {}
    for mail in mails:
        by_group.setdefault(mail.group, []).extend(examples([mail], zones))
    return [
        (
            train([e for g, found in by_group.items() if g not in part for e in found] + extra),
            [m for m in mails if m.group in part],
        )
        for part in parts
    ]


def score(model: Model, mail: Mail, zones: Zoner) -> tuple[float, bool]:
    """The highest score of the mail, and whether the floor holds it."""
    found = assess(mail.texts(zones), mail.setting, model)
    return max((s.score for s in found), default=0.0), any(s.floor for s in found)


def calibrated(mails: Sequence[Mail], zones: Zoner, count: int = 3) -> Model:
    """The model of all mails, with calibration and thresholds taken from mails it was not fitted to."""
    whole = train(examples(mails, zones) + examples(paradigms(), zones))
    logits: list[tuple[float, bool]] = []
    ordinary: list[tuple[float, bool]] = []
    for model, part in held_out(mails, folds(mails, count), zones):
        for mail in part:
            value, floor = score(model, mail, zones)
            if not floor and value > 0:
                logits.append((_logit(value), mail.held))
            if mail.source.endswith("dull"):
                ordinary.append((_logit(value), floor))
    slope, offset = _platt(logits)
    limits = tuple((share, _limit(ordinary, share, slope, offset)) for share in SHARES)
    return Model(whole.weights, whole.acts, whole.bias, round(slope, 4), round(offset, 4), limits)


def _logit(p: float) -> float:
    p = min(1 - 1e-6, max(1e-6, p))
    return math.log(p / (1 - p))


def _platt(logits: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Slope and offset by gradient descent on the log loss (Platt 1999)."""
    slope, offset = 1.0, 0.0
    for _ in range(2000):
        da = db = 0.0
        for x, held in logits:
            error = 1 / (1 + math.exp(-max(-50.0, min(50.0, slope * x + offset)))) - held
            da += error * x
            db += error
        slope -= 0.05 * da / len(logits)
        offset -= 0.05 * db / len(logits)
    return slope, offset


def _limit(ordinary: Sequence[tuple[float, bool]], share: float, slope: float, offset: float) -> float:
    """The score above which the model holds at most this share of the ordinary mails, beyond those of the floor."""
    others = sorted((logit for logit, floor in ordinary if not floor), reverse=True)
    at = min(len(others) - 1, int(share * len(ordinary)))
    return round(min(0.99, 1 / (1 + math.exp(-(slope * others[at] + offset))) + 0.005), 4)


def main(zones: Zoner = simple_zones) -> None:
    """Train on the folder given as the first argument and write the weights beside this package.

    `zones` should be the one that mail is read with, so that the model learns from what it will see.
    """
    mails = load(sorted(Path(sys.argv[1]).glob("dev-*.jsonl")))
    target = Path(__file__).parents[1] / "weights" / "speech.weights"
    target.write_text(dump(calibrated(mails, zones)), "utf-8")
