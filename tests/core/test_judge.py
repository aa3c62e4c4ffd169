"""Findings to a verdict."""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.judge import judge
from gatekeeper.core.message import Unreadable
from gatekeeper.core.verdict import decide
from tests.builders import a_case, a_protocol, a_submission


def found(rule: str, **more: object) -> Finding:
    return Finding(rule, "words", "body", "because", **more)  # type: ignore[arg-type]


def test_no_finding_passes() -> None:
    assert decide((), a_protocol()).action is Action.PASS


def test_the_gravest_action_wins_and_the_disclosure_stays() -> None:
    verdict = decide((found("silent-copy", disclose=("j-smith",)), found("obligation")), a_protocol())
    assert verdict.action is Action.HOLD
    assert verdict.disclosed == ("j-smith",)
    assert verdict.clauses == ("Stow, Correspondence 1-2", "Stow, Correspondence 3")


def test_a_clause_that_holds_a_copy_discloses_nobody() -> None:
    verdict = decide((found("silent-copy", disclose=("j-smith",)),), a_protocol(silent_copy=Action.HOLD))
    assert (verdict.action, verdict.disclosed) == (Action.HOLD, ())


def test_a_clause_that_is_off_leaves_no_trace() -> None:
    verdict = decide((found("obligation"),), a_protocol(obligation=Action.OFF))
    assert (verdict.action, verdict.judged) == (Action.PASS, ())


def test_a_rule_may_ask_for_less_than_its_clause() -> None:
    assert decide((found("obligation", asks=Action.FLAG),), a_protocol()).action is Action.FLAG


def test_a_rule_that_raises_holds_the_mail() -> None:
    def broken(case: Case) -> Iterable[Finding]:
        raise ZeroDivisionError("secret words")

    verdict = judge(a_case(a_submission()), (Rule("obligation", broken, lambda p: True),))
    assert verdict.action is Action.HOLD
    assert "ZeroDivisionError" in verdict.judged[0].finding.reason
    assert "secret" not in verdict.judged[0].finding.reason


def test_what_cannot_be_read_is_held_whatever_the_protocol_says() -> None:
    from gatekeeper.core.judge import judge_unreadable

    off = a_protocol(silent_copy=Action.OFF, obligation=Action.OFF)
    assert judge_unreadable(Unreadable("Its parts are nested too deeply."), off).action is Action.HOLD
