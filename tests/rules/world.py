"""Ashcombe, the demo council, under one of the five protocols, and what a rule finds in a mail of its people."""

from datetime import UTC, date, datetime
from functools import lru_cache

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.identify import identify
from gatekeeper.core.message import Message
from gatekeeper.core.people import Directory
from gatekeeper.core.verdict import Judged, decide
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.register import parse_register
from gatekeeper.mail.read import read
from gatekeeper.shipped import config_folder
from tests.builders import a_mail, a_submission

PACKS = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")
JANE, TOM, MAGDA = (f"{name}@ashcombe.example" for name in ("jane.smith", "tom.byrne", "magda.kowalska"))
CLERK, DEPUTY, PLANNER = (f"{name}@ashcombe.example" for name in ("clerk", "deputy.clerk", "planning.officer"))
PRESS = "news@comet.example"
RESIDENT = "resident@mail.example"
DAY = datetime(2026, 3, 3, 12, tzinfo=UTC)


@lru_cache(maxsize=8)
def ashcombe(more: str = "") -> Directory:
    """Ashcombe on the third of March 2026; `more` is further TOML for its register."""
    text = (config_folder() / "councils" / "demo" / "register.toml").read_text()
    return parse_register(f"{text}\n{more}", "ashcombe").on(date(2026, 3, 3))


def a_case(
    body: str,
    *,
    pack: str = "wimborne",
    sender: str = JANE,
    to: str = PRESS,
    cc: str = "",
    blind: tuple[str, ...] = (),
    subject: str = "News",
    protocol: str = "",
    register: str = "",
    raw: bytes = b"",
) -> Case:
    """`protocol` and `register` are further TOML; `raw` stands in place of the mail that is built of the rest."""
    raw = raw or a_mail(body.replace("\n", "\r\n"), sender=sender, to=to, cc=cc, subject=subject)
    recipients = tuple(a.strip() for a in (*to.split(","), *cc.split(","), *blind) if a.strip())
    submission = a_submission(raw, sender=sender, to=recipients, at=DAY)
    message, directory = read(raw), ashcombe(register)
    assert isinstance(message, Message)
    rules = parse_protocol(f'pack = "{pack}"\n{protocol}', "ashcombe")
    return Case(submission, message, identify(submission, message, directory), directory, rules)


def judged(rule: Rule, case: Case) -> dict[str, Judged]:
    """What the council makes of each kind of finding."""
    return {j.finding.kind: j for j in decide(rule.judge(case), case.protocol).judged}
