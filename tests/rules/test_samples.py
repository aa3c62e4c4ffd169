"""Every rule against its sample mails: what it must find, and what it must leave alone."""

import pytest

from gatekeeper.files.packs import Packs
from tests.rules.samples import CORPUS, PACKS, Sample, action_of, council, samples

SAMPLES = tuple(samples())


def named(sample: Sample) -> str:
    return f"{sample.path.relative_to(CORPUS).with_suffix('')}-{sample.pack}"


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.is_hit], ids=named)
def test_a_hit_is_found_with_the_action_of_the_council(sample: Sample) -> None:
    found = sample.findings()
    assert found
    assert action_of(sample, found) is sample.expected
    assert sample.rule.wants_text(sample.case().parties)


@pytest.mark.parametrize("sample", [s for s in SAMPLES if not s.is_hit], ids=named)
def test_a_miss_is_left_alone(sample: Sample) -> None:
    assert sample.findings() == []


@pytest.mark.parametrize("sample", [s for s in SAMPLES if s.is_hit], ids=named)
def test_the_evidence_stands_in_the_mail_or_its_envelope(sample: Sample) -> None:
    case = sample.case()
    fields = [" ".join(f.value.split()) for p in case.message.root.walk() for f in p.fields]
    envelope = [str(p) for p in (*case.submission.rcpt_to, case.submission.mail_from)]
    shown = "\n".join((case.message.all_text, *fields, *envelope, case.submission.account))
    for finding in sample.findings():
        assert finding.evidence
        assert all(piece in shown for piece in finding.evidence.split(", ")) or finding.evidence in shown


def test_every_rule_with_samples_has_hits_and_more_misses_for_every_pack_that_has_it() -> None:
    for rule in {s.path.parts[-3] for s in SAMPLES}:
        for pack in (p for p in PACKS if rule in council(p).protocol.rules):
            hits = [s for s in SAMPLES if s.path.parts[-3] == rule and s.pack == pack and s.is_hit]
            assert hits, f"{rule} has no hit for {pack}"
        misses = {s.path for s in SAMPLES if s.path.parts[-3] == rule and not s.is_hit}
        assert len(misses) > len({s.path for s in SAMPLES if s.path.parts[-3] == rule and s.is_hit}), rule


def test_the_packs_are_those_that_ship() -> None:
    assert set(PACKS) == set(Packs().names())
