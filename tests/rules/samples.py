"""The sample mails of `tests/corpus/rules`, each a case that a rule must, or must not, find something in.

A sample says in fields of its own what it is about, all but the first with a default:

    X-Sample-Council: the packs it holds for, or "all" for every pack that has the rule
    X-Sample-Action: what the rule's findings come to (hits; "flag" by default)
    X-Sample-Recipients: the envelope recipients (by default the addresses of To and Cc)
    X-Sample-Sender, X-Sample-Account: reverse-path (by default From) and account
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.people import Register
from gatekeeper.core.verdict import decide
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.register import parse_register
from gatekeeper.rules import all_rules
from gatekeeper.services.checking import wire_form
from gatekeeper.services.councils import Council
from tests.builders import a_case, a_submission

CORPUS = Path(__file__).parents[1] / "corpus" / "rules"
PACKS = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")


@dataclass(frozen=True)
class Sample:
    path: Path
    pack: str

    @property
    def rule(self) -> Rule:
        return next(r for r in all_rules() if r.name == self.path.parts[-3])

    @property
    def is_hit(self) -> bool:
        return self.path.parent.name == "hits"

    @property
    def mail(self) -> EmailMessage:
        parsed = message_from_bytes(self.path.read_bytes(), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def expected(self) -> Action:
        return Action(self.mail.get("X-Sample-Action", "flag")) if self.is_hit else Action.PASS

    def case(self) -> Case:
        mail = self.mail
        to = str(mail.get("X-Sample-Recipients", "")).split() or addresses(mail, "To", "Cc")
        sender = str(mail.get("X-Sample-Sender", "")) or addresses(mail, "From")[0]
        account = str(mail.get("X-Sample-Account", ""))
        raw = wire_form(self.path.read_bytes())
        return a_case(a_submission(raw, sender=sender, to=tuple(to), account=account), council(self.pack))

    def findings(self) -> list[Finding]:
        return list(self.rule.judge(self.case()))


def addresses(mail: EmailMessage, *names: str) -> list[str]:
    return [a.addr_spec for name in names if mail[name] is not None for a in mail[name].addresses]


@cache
def council(pack: str) -> Council:
    return Council("ambleford", register(), parse_protocol(f'pack = "{pack}"', "ambleford"), b"k" * 32)


@cache
def register() -> Register:
    return parse_register((CORPUS / "register.toml").read_text(), "ambleford")


def samples() -> Iterator[Sample]:
    for path in sorted(CORPUS.glob("*/*/*.eml")):
        packs = str(Sample(path, "").mail["X-Sample-Council"]).split()
        rule = path.parts[-3]
        for pack in [p for p in PACKS if rule in council(p).protocol.rules] if packs == ["all"] else packs:
            yield Sample(path, pack)


def action_of(sample: Sample, findings: list[Finding]) -> Action:
    return decide(findings, council(sample.pack).protocol).action
