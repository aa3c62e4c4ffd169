"""What is passed over beforehand could not have mattered: with the sieve and without it the outcome is the same."""

import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.core.people import Role
from gatekeeper.detect.features import features, scope_of
from gatekeeper.detect.frames import choice
from gatekeeper.detect.gist import gist
from gatekeeper.detect.model import Model, shipped
from gatekeeper.detect.pattern import alphabet, needs, pattern
from gatekeeper.detect.reading import hear, question_of, readings
from gatekeeper.detect.rules import ANYONE, RULES
from gatekeeper.detect.speech import LEAST, Setting, assess_each
from gatekeeper.detect.training.corpus import Mail, load
from gatekeeper.detect.tricks import TRICKS
from gatekeeper.mail.zones import zones

COUNCIL = Path(__file__).parents[1] / "corpus" / "council"
FILES = sorted(COUNCIL.glob("dev-*.jsonl"))
COUNCILLOR = frozenset({Role.COUNCILLOR})
VOCABULARY = sorted({word for mail in load(FILES) for word in mail.body.split()} | {
    "floor", "answers", "says", "asks", "to", "clerk", "officer", "scope", "private", "before", "after", "guard",
    "negated", "frame", "obligation", "?", "\ue000", "\ue801", "^", "$", "\u4e00", "\n", "\n\n", '"', "<name>", "26",
})  # fmt: skip


def own(words: str) -> Text:
    return Text(Where.BODY, words, (Stretch(Zone.OWN, 0, len(words)),) if words else ())


def same(texts: tuple[Text, ...], setting: Setting, least: float = LEAST) -> bool:
    sifted = assess_each(texts, setting, least=least)
    return sifted == assess_each(texts, setting, least=least, sifted=False)


def beside(mail: Mail) -> tuple[Text, ...]:
    """The mail, each of its disguises, and the mail quoted below an answer."""
    disguised = tuple(own(trick(mail.body)) for _, trick in TRICKS)
    answer = f"Yes, fine. {mail.subject}\n"
    whole = answer + mail.body
    quoting = (Stretch(Zone.OWN, 0, len(answer)), Stretch(Zone.QUOTED, len(answer), len(whole)))
    return (*mail.texts(zones), *disguised, Text(Where.BODY, whole, quoting if mail.body else quoting[:1]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_mail_and_no_disguise_is_judged_otherwise(file: Path) -> None:
    for mail in load([file]):
        assert same(beside(mail), mail.setting), mail.id


def test_thousands_of_scrambled_mails_are_not_judged_otherwise() -> None:
    chance = random.Random(11)
    for _ in range(2000):
        words = " ".join(chance.choices(VOCABULARY, k=chance.randint(1, 40)))
        half = len(words) // 2
        quoting = Text(Where.BODY, words, (Stretch(Zone.OWN, 0, half), Stretch(Zone.QUOTED, half, len(words))))
        kinds = frozenset(chance.sample(sorted(ANYONE), chance.randint(0, 3)))
        assert same((own(words), quoting), Setting(COUNCILLOR, kinds), chance.choice([LEAST, 0.3, 0.7])), words


@settings(max_examples=300)
@given(
    st.one_of(st.text(max_size=200), st.lists(st.sampled_from(VOCABULARY), max_size=40).map(" ".join)),
    st.frozensets(st.sampled_from(sorted(ANYONE)), max_size=3),
)
def test_no_text_is_judged_otherwise(words: str, kinds: frozenset[str]) -> None:
    assert same((own(words),), Setting(COUNCILLOR, kinds))


def overrun(text: Text, kind: str, model: Model) -> float:
    """By how much the sum of a clause's weights exceeds its bound, at most."""
    worst = -9.0
    sentences = hear(text, {})
    scope = scope_of(p.row for s in sentences for p in s.gist.phrases)
    question = question_of(text)
    for sentence in sentences:
        frames = sentence.frames(bool(question), frozenset({kind}))
        clauses = readings(sentence, frames, question)
        for at, clause in enumerate(clauses):
            total = sum(model.weights.get(name, 0.0) for name in features(clauses, at, kind, scope))
            most = model.bound.of(sentence.gist, at, frames, clause.quoted, [kind], question)
            worst = max(worst, total - most - model.bound.named_sum(scope))
    return worst


@given(st.lists(st.sampled_from(VOCABULARY), max_size=60).map(" ".join), st.sampled_from(sorted(ANYONE)))
def test_no_clause_scores_above_its_bound(words: str, kind: str) -> None:
    assert overrun(own(words), kind, shipped()) < 1e-9


@pytest.mark.parametrize("words", ["the floor", "he answers floor", "write to clerk", "it says floor to officer ?"])
def test_a_word_called_like_a_feature_is_within_the_bound_whatever_the_weights(words: str) -> None:
    names = {name for name in shipped().weights if len(name.split()) < 3}
    for sign in (-1.0, 1.0):
        model = Model(dict.fromkeys(names, sign), {}, (0.0, 0.0, 0.0, 0.0))
        for text, kind in product((own(words), own(f'"{words}')), ("clerk", "officer")):
            assert overrun(text, kind, model) < 1e-9


@given(st.text(alphabet=st.sampled_from(sorted(alphabet().values())), max_size=20), st.booleans())
def test_a_frame_that_matches_is_always_among_the_possible(row: str, answers: bool) -> None:
    possible = choice(ANYONE, answers).possible(row)
    for rule in RULES:
        if (answers or not rule.answers) and pattern(rule.frame).search(row):
            assert rule in possible


def test_in_every_mail_a_frame_that_matches_is_among_the_possible() -> None:
    matches = 0
    for mail in load(FILES):
        for phrase in gist(mail.body).phrases:
            possible = choice(ANYONE, True).possible(phrase.row)
            found = [rule for rule in RULES if pattern(rule.frame).search(phrase.row)]
            assert set(found) <= set(possible)
            matches += len(found)
    assert matches > 300


def test_what_may_be_absent_is_not_needed() -> None:
    letters = alphabet()
    assert needs("I? ( Have / Will ) Adv* (! Not ) ~ You{0,2} Pay+") == (
        frozenset({letters["Pay"]}),
        frozenset({letters["Have"], letters["Will"]}),
    )


def test_a_model_that_favours_low_sums_has_no_clause_passed_over() -> None:
    assert Model({}, {}, (-9.0, 0.0, 0.0, 0.0), slope=-1.0).may_reach(0.1, -50.0)
    assert not Model({}, {}, (-9.0, 0.0, 0.0, 0.0)).may_reach(0.1, 1.0)
