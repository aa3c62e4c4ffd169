"""The judgement of one message: rules over a case, findings to a verdict. Nothing a rule does can let mail through."""

from collections.abc import Iterable, Iterator

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import RULE_FAILED, UNREADABLE, Action, Finding
from gatekeeper.core.message import FRAGMENTS, STRUCTURE, Unreadable
from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.core.verdict import Verdict, decide


def judge(case: Case, rules: Iterable[Rule]) -> Verdict:
    """Every rule that is on in this council, over the case. A rule that raises holds the mail."""
    findings: list[Finding] = list(_ambiguous(case))
    for rule in rules:
        policy = case.protocol.rules.get(rule.name)
        if policy is None or policy.action is Action.OFF:
            continue
        try:
            findings.extend(rule.judge(case))
        except Exception as error:
            findings.append(rule_failed(rule.name, type(error).__name__))
    return decide(findings, case.protocol)


def _ambiguous(case: Case) -> Iterator[Finding]:
    """A structure that mail programs read differently says different things to different people: a person looks."""
    for name, why in case.message.unread:
        if name == STRUCTURE:
            yield Finding(UNREADABLE, "", "message", f"Mail programs disagree about this message: {why}.")
    if any(part.type in FRAGMENTS for part in case.message.root.walk()):
        yield Finding(UNREADABLE, "", "message", "Part of its text is not in the message, but in another or elsewhere.")


def judge_unreadable(unreadable: Unreadable, protocol: CouncilProtocol) -> Verdict:
    """The verdict on a message that could not be read: held, with that as the reason."""
    finding = Finding(UNREADABLE, "", "message", f"The message could not be read: {unreadable.reason}")
    return decide((finding,), protocol)


def rule_failed(name: str, error: str) -> Finding:
    """The finding that stands for a rule that broke; `error` is the kind of the exception, never its text."""
    return Finding(
        RULE_FAILED,
        "",
        name,
        f"The check for {name} failed ({error}), so a person has to look at the message.",
    )
