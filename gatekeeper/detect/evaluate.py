"""How well the detector does on labelled mail, measured the way the label guide asks.

Hard mail, minimal pairs, plain mail and dull mail are told apart by the file's name ("pairs", "plain", "dull"; all
else is hard mail) and never pooled: each has its own figure. Figures on files that the weights were trained on say
nothing about unseen mail; `gatekeeper.detect.training.crossvalidate` gives those.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gatekeeper.detect.model import Model, shipped
from gatekeeper.detect.speech import Act, assess
from gatekeeper.detect.training.corpus import Mail, Zoner, load, simple_zones
from gatekeeper.detect.tricks import TRICKS

NEEDLESS = 0.01
"""The share of ordinary mail that may wait needlessly: the protocol's default for `[detection] needless_holds`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One mail with what the detector made of it. `score` is the highest of any sentence; `words` that sentence."""

    mail: Mail
    held: bool
    score: float
    act: Act | None
    words: str
    floor: bool
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares 0..1 of one kind of mail; -1 where it has no mail to measure on.

    `recall_at_1` and `recall_at_5` choose the threshold on the file itself; `recall` and `false_holds` are at the
    threshold that was fixed beforehand. `right_class` and `right_sentence` are among the rightly held.
    """

    mails: int
    area: float
    recall_at_1: float
    recall_at_5: float
    recall: float
    false_holds: float
    right_class: float
    right_sentence: float
    groups_right: float
    recall_by: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`kinds` by name of the kind of mail; `tricks` the recall lost (points of 0..1) under each disguise."""

    kinds: tuple[tuple[str, Figures], ...]
    tricks: tuple[tuple[str, float], ...]
    leak: float
    median_ms: float
    p99_ms: float

    def __str__(self) -> str:
        lines = [_line(name, figures) for name, figures in self.kinds]
        lines += [f"recall lost, {name}: {lost:+.3f}" for name, lost in self.tricks]
        lines.append(f"area with the deciding words deleted: {self.leak:.3f}")
        lines.append(f"CPU per message: median {self.median_ms:.2f} ms, 99 % {self.p99_ms:.2f} ms")
        return "\n".join(lines)


Clock = Callable[[], float]


def no_clock() -> float:
    """For measuring everything but time."""
    return 0.0


def evaluate(
    files: Iterable[Path],
    predictions_out: Path | None = None,
    zones: Zoner = simple_zones,
    model: Model | None = None,
    clock: Clock = no_clock,
) -> Report:
    """Judge every mail of the JSON-lines `files`; write one JSON line a mail to `predictions_out` where given.

    `zones` should be `gatekeeper.mail.zones.zones`, `clock` `time.process_time`; without a clock no time is measured.
    """
    chosen = model or shipped()
    judged = judge(load(files), zones, chosen, clock)
    if predictions_out is not None:
        predictions_out.write_text("".join(_prediction(j) for j in judged), "utf-8")
    return report(judged, lambda _: chosen, zones)


def judge(mails: Sequence[Mail], zones: Zoner, model: Model, clock: Clock = no_clock) -> list[Judged]:
    return [_judged(mail, zones, model, clock) for mail in mails]


def _judged(mail: Mail, zones: Zoner, model: Model, clock: Clock = no_clock) -> Judged:
    texts, setting = mail.texts(zones), mail.setting
    began = clock()
    found = assess(texts, setting, model)
    seconds = clock() - began
    if not found:
        return Judged(mail, False, 0.0, None, "", False, "", seconds)
    best = max(found, key=lambda s: (s.floor, s.score))
    floor = any(s.floor for s in found)
    score = max(s.score for s in found)
    held = floor or score >= model.threshold(NEEDLESS)
    return Judged(mail, held, score, best.act, best.words, floor, best.reason, seconds)


def report(judged: Sequence[Judged], model_of: Callable[[Mail], Model], zones: Zoner) -> Report:
    """The report on mails already judged; `model_of` gives the model that judged a mail, for the disguised copies."""
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        by_kind[kind_of(j.mail)].append(j)
    times = sorted(j.seconds * 1000 for j in judged) or [0.0]
    return Report(
        tuple((kind, figures(found)) for kind, found in sorted(by_kind.items())),
        tuple((name, _lost(judged, trick, model_of, zones)) for name, trick in TRICKS),
        _leak(judged, model_of, zones),
        times[len(times) // 2],
        times[int(len(times) * 0.99)],
    )


def kind_of(mail: Mail) -> str:
    return next((kind for kind in ("pairs", "plain", "dull") if kind in mail.source), "hard")


def figures(found: Sequence[Judged]) -> Figures:
    binding = [j for j in found if j.mail.held]
    innocent = [j for j in found if not j.mail.held]
    caught = [j for j in binding if j.held]
    return Figures(
        len(found),
        area([j.score for j in binding], [j.score for j in innocent]),
        _recall_at(0.01, binding, innocent),
        _recall_at(0.05, binding, innocent),
        _share(binding, lambda j: j.held),
        _share(innocent, lambda j: j.held),
        _share(caught, lambda j: j.act == j.mail.label),
        _share(caught, _right_sentence),
        _groups_right(found),
        _recall_by(binding),
    )


def _share(found: Sequence[Judged], right: Callable[[Judged], bool]) -> float:
    return sum(map(right, found)) / len(found) if found else -1.0


def _right_sentence(j: Judged) -> bool:
    """Whether the sentence shown and the evidence overlap."""
    body = j.mail.body if j.words in j.mail.body else j.mail.subject
    start, shown = body.find(j.mail.evidence), body.find(j.words)
    return 0 <= start < shown + len(j.words) and 0 <= shown < start + len(j.mail.evidence)


def _recall_at(share: float, binding: Sequence[Judged], innocent: Sequence[Judged]) -> float:
    if not binding or not innocent:
        return -1.0
    limit = sorted((j.score for j in innocent), reverse=True)[int(share * len(innocent))]
    return _share(binding, lambda j: j.score > limit)


def _groups_right(found: Sequence[Judged]) -> float:
    groups: dict[str, list[bool]] = defaultdict(list)
    for j in found:
        groups[j.mail.group].append(j.held == j.mail.held)
    versions = [right for right in groups.values() if len(right) > 1]
    return sum(map(all, versions)) / len(versions) if versions else -1.0


def _recall_by(binding: Sequence[Judged]) -> tuple[tuple[str, float], ...]:
    names = sorted({j.mail.label for j in binding}) + sorted({j.mail.difficulty for j in binding})
    return tuple(
        (name, _share([j for j in binding if name in (j.mail.label, j.mail.difficulty)], lambda j: j.held))
        for name in names
    )


def area(high: Sequence[float], low: Sequence[float]) -> float:
    """Area under the curve: how often a binding mail scores above an innocent one."""
    if not high or not low:
        return -1.0
    return sum((h > n) + 0.5 * (h == n) for h in high for n in low) / (len(high) * len(low))


def _lost(
    judged: Sequence[Judged], trick: Callable[[str], str], model_of: Callable[[Mail], Model], zones: Zoner
) -> float:
    """The share of the caught mails that pass once every evidence is disguised."""
    caught = [j for j in judged if j.mail.held and j.held and j.mail.evidence in j.mail.body]
    passed = sum(not _judged(_disguised(j.mail, trick), zones, model_of(j.mail)).held for j in caught)
    return passed / len(caught) if caught else 0.0


def _disguised(mail: Mail, trick: Callable[[str], str]) -> Mail:
    return _with_body(mail, mail.body.replace(mail.evidence, trick(mail.evidence)))


def _leak(judged: Sequence[Judged], model_of: Callable[[Mail], Model], zones: Zoner) -> float:
    """The area that is left when the evidence is deleted: near one half where only the deciding words decide."""
    hard = [j for j in judged if kind_of(j.mail) == "hard"]
    blank = [_with_body(j.mail, j.mail.body.replace(j.mail.evidence, "")) for j in hard if j.mail.held]
    high = [_judged(m, zones, model_of(m)).score for m in blank]
    return area(high, [j.score for j in hard if not j.mail.held])


def _with_body(mail: Mail, body: str) -> Mail:
    return Mail(
        mail.id, mail.source, mail.role, mail.to, mail.subject, body, mail.label, mail.difficulty, "", "", mail.group
    )


def _prediction(j: Judged) -> str:
    record = {
        "id": j.mail.id,
        "held": j.held,
        "label": str(j.act) if j.held and j.act else "none",
        "score": round(j.score, 5),
        "floor": j.floor,
        "sentence": j.words,
        "reason": j.reason,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _line(name: str, f: Figures) -> str:
    parts = [f"{name} ({f.mails})"]
    for label, value in (
        ("area", f.area),
        ("recall at 1 %", f.recall_at_1),
        ("at 5 %", f.recall_at_5),
        ("held", f.recall),
        ("false", f.false_holds),
        ("class", f.right_class),
        ("sentence", f.right_sentence),
        ("groups", f.groups_right),
        *f.recall_by,
    ):
        if value >= 0:
            parts.append(f"{label} {value:.3f}")
    return ", ".join(parts)
