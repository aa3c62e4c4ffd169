"""Whatever stands in a file, it is read or refused; and whatever can stand in a register comes back from its text."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.core.finding import Action
from gatekeeper.core.people import (
    Agreement,
    AgreementKind,
    Appointment,
    Contact,
    ContactKind,
    Group,
    Person,
    Register,
    Role,
)
from gatekeeper.errors import Unusable
from gatekeeper.files.differences import diff_protocol, diff_register
from gatekeeper.files.packs import ACTIONS, ALWAYS_PASSES, DISCLOSING, EXEMPTIONS, RULES
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.protocol_text import protocol_text
from gatekeeper.files.register import parse_register
from gatekeeper.files.register_text import register_text
from gatekeeper.files.toml_text import toml_key, toml_value
from gatekeeper.shipped import config_folder
from tests.builders import address
from tests.files.configs import READERS

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

KEYS = st.sampled_from(
    """council person group contact agreement listener store web relay addresses secrets operators id name domains
    timezone addresses private_addresses appointments role from until body topic address members kind channel member
    with matter reference pack mode rules clauses footer template group_template position disclosure unalterable unread
    attachment detection needless_holds enquiries answer_days unit elections periods action unless options words
    citation effect place title short adopted review next_hop trusted direction bare_newline xclient max_size url
    password_file key_file processes register protocol silent-copy press obligation safe-channel unreadable
    tls_certificate next_hop_tls next_hop_ca hostname""".split()
)
WORDS = st.sampled_from(
    """stotfold hold j-smith a@stow.example stow.example 127.0.0.1:25 [::1]:0 councillor chair Europe/London Europe .. /
    2026-02-30 {name} {name press safe-channel sqlite:///x.db postgresql+psycopg://[ 0.0.0.0/0 anyone 1e3:1""".split()
) | st.sampled_from(["", "\0", "1" * 400 + ":1", "a" * 300 + "@b.example"])
SCALARS = st.one_of(WORDS, st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes())
TABLES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, st.text(max_size=8)), inner, max_size=6)
    ),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(st.one_of(KEYS, st.text(max_size=8)), TABLES, max_size=8)

DEMO = config_folder()
FILES = {
    "settings": DEMO / "gatekeeper.toml",
    "register": DEMO / "councils" / "demo" / "register.toml",
    "protocol": DEMO / "councils" / "demo" / "protocol.toml",
}
READS = [pytest.param(READERS[kind], FILES[kind], id=kind) for kind in FILES]


def is_read_or_refused(read: Callable[[str, Path], object], text: str) -> None:
    with contextlib.suppress(Unusable):
        read(text, Path("x.toml"))


@pytest.mark.parametrize(("read", "file"), READS)
@given(text=st.text())
@FEW
def test_any_text_is_read_or_refused(read: Callable[[str, Path], object], file: Path, text: str) -> None:
    is_read_or_refused(read, text)


@pytest.mark.parametrize(("read", "file"), READS)
@given(document=DOCUMENTS)
@FEW
def test_any_table_is_read_or_refused(
    read: Callable[[str, Path], object], file: Path, document: dict[str, object]
) -> None:
    is_read_or_refused(read, "\n".join(f"{toml_key(k)} = {toml_value(v)}" for k, v in document.items()))


@pytest.mark.parametrize(("read", "file"), READS)
@given(data=st.data())
@FEW
def test_a_good_file_with_something_written_over_it_is_read_or_refused(
    read: Callable[[str, Path], object], file: Path, data: st.DataObject
) -> None:
    text = file.read_text()
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.one_of(st.text(max_size=10), SCALARS.map(toml_value)))
    is_read_or_refused(read, text[:at] + new + text[at + length :])


NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), min_size=1).filter(str.strip)
DAYS = st.dates(date(1974, 4, 1), date(2100, 1, 1))
SPANS = st.tuples(DAYS, DAYS).map(sorted)


@st.composite
def appointments(draw: st.DrawFn) -> Appointment:
    role = draw(st.sampled_from(Role))
    since, until = draw(SPANS)
    return Appointment(
        role,
        since,
        draw(st.sampled_from([None, until])),
        body=draw(NAMES) if role in (Role.CHAIR, Role.VICE_CHAIR, Role.COMMITTEE_MEMBER) else "",
        topic=draw(NAMES) if role is Role.SPOKESPERSON else "",
    )


@st.composite
def registers(draw: st.DrawFn) -> Register:
    persons = tuple(
        Person(
            f"p{n}",
            draw(NAMES),
            (address(f"p{n}@stow.example"),),
            draw(st.sampled_from([(), (address(f"p{n}@mail.example"),)])),
            tuple(draw(st.lists(appointments(), max_size=3))),
        )
        for n in range(draw(st.integers(1, 4)))
    )
    since, until = draw(SPANS)
    kind = draw(st.sampled_from(ContactKind))
    channel = "police" if kind is ContactKind.SAFE_CHANNEL else ""
    return Register(
        "stow",
        draw(NAMES),
        ("stow.example",),
        draw(st.sampled_from(["Europe/London", "UTC"])),
        persons,
        (Group(address("all@stow.example"), draw(NAMES), tuple(p.id for p in persons)),),
        (Contact(kind, draw(NAMES), (address('"odd one"@x.example'),), ("x.example",), channel),),
        (Agreement(draw(st.sampled_from(AgreementKind)), "p0", "p0", draw(NAMES), "", since, until),),
    )


@given(register=registers())
@FEW
def test_any_register_comes_back_from_its_text(register: Register) -> None:
    again = parse_register(register_text(register), "stow")
    assert replace(again, version="") == register
    assert diff_register(register, again) == ()


@st.composite
def changes(draw: st.DrawFn) -> str:
    """What a council may write into its protocol.toml below the pack."""
    words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")))
    lines = [f"short = {toml_value(draw(NAMES))}", f"join_seconds = {draw(st.integers(0, 120))}"]
    for rule in draw(st.sets(st.sampled_from([r for r in RULES if r != ALWAYS_PASSES]))):
        actions = [a.value for a in ACTIONS if a is not Action.DISCLOSE or rule in DISCLOSING]
        unless = draw(st.lists(st.sampled_from(EXEMPTIONS), unique=True))
        lines += [f"[rules.{rule}]", f"action = {toml_value(draw(st.sampled_from(actions)))}"]
        lines += [f"words = {toml_value(draw(words))}", f"unless = {toml_value(unless)}"]
    lines += ['[clauses."13.1(a)"]', f"citation = {toml_value(draw(NAMES))}", 'effect = "It is so."']
    lines += ["[enquiries]", f"answer_days = {draw(st.integers(1, 365))}"]
    return "\n".join(lines)


@given(pack=st.sampled_from(("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")), text=changes())
@FEW
def test_any_protocol_comes_back_from_its_text(pack: str, text: str) -> None:
    protocol = parse_protocol(f'pack = "{pack}"\n{text}', "stow")
    again = parse_protocol(protocol_text(protocol), "stow")
    assert again == protocol
    assert again.version == protocol.version
    assert diff_protocol(protocol, again) == ()
