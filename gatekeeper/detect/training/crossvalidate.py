"""Development figures that are not the training fit.

`grouped`: every mail is judged by a model that saw neither it nor its sister versions. `across`: the mails of one set
of files judged by a model that saw only the other's, which is the nearest thing to unseen mail by another writer.
"""

from collections.abc import Sequence
from dataclasses import replace

from gatekeeper.detect.evaluate import Judged, Report, judge, kind_of, report
from gatekeeper.detect.model import Model
from gatekeeper.detect.training.corpus import Mail, Zoner
from gatekeeper.detect.training.train import folds, held_out


def grouped(mails: Sequence[Mail], zones: Zoner, shipped: Model, count: int = 5) -> Report:
    """Cross-validated by group; calibration and thresholds are those of `shipped`."""
    return _report(mails, folds(mails, count, seed=7), zones, shipped)


def across(mails: Sequence[Mail], zones: Zoner, shipped: Model) -> Report:
    """Hard mail judged by what pairs, plain and dull mail taught, and the other way round."""
    hard = {m.group for m in mails if kind_of(m) == "hard"}
    return _report(mails, [hard, {m.group for m in mails} - hard], zones, shipped)


def _report(mails: Sequence[Mail], parts: list[set[str]], zones: Zoner, shipped: Model) -> Report:
    judged: list[Judged] = []
    models: dict[str, Model] = {}
    for model, part in held_out(mails, parts, zones):
        model = replace(model, slope=shipped.slope, offset=shipped.offset, thresholds=shipped.thresholds)
        models.update(dict.fromkeys((m.id for m in part), model))
        judged += judge(part, zones, model)
    return report(judged, lambda mail: models[mail.id], zones)
