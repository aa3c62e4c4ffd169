"""register.toml: what it becomes, what may stand in it, and that it is written back as it was read."""

from datetime import date
from pathlib import Path

import pytest

from gatekeeper.core.people import AgreementKind, ContactKind, Register, Role
from gatekeeper.errors import Unusable
from gatekeeper.files.register import load_register, parse_register
from gatekeeper.files.register_checks import register_warnings
from gatekeeper.files.register_text import register_text
from gatekeeper.shipped import config_folder
from tests.builders import address
from tests.files.configs import CONFIGS

DEMO = config_folder() / "councils" / "demo" / "register.toml"
STOTFOLD = CONFIGS / "good" / "stotfold" / "councils" / "stotfold" / "register.toml"
DAY = date(2026, 11, 24)

HEAD = '[council]\nname = "Stow"\ndomains = ["stow.example"]\n'


def a_person(id: str, *appointments: str, addresses: str = "") -> str:
    listed = addresses or f'"{id}@stow.example"'
    return (
        f'\n[[person]]\nid = "{id}"\nname = "{id.title()}"\naddresses = [{listed}]\n'
        f"appointments = [{', '.join(appointments)}]\n"
    )


def a_register(*parts: str) -> Register:
    return parse_register(HEAD + "".join(parts), "stow")


def test_people_groups_contacts_and_agreements_become_records() -> None:
    register = load_register(STOTFOLD, "stotfold")
    smith, _, planner = register.persons
    assert (register.council, register.name, register.timezone) == (
        "stotfold",
        "Stotfold Town Council",
        "Europe/London",
    )
    assert [str(a) for a in smith.private_addresses] == ["janes@mail.example"]
    councillor, chair = smith.appointments
    assert (councillor.role, councillor.since, councillor.until) == (
        Role.COUNCILLOR,
        date(2023, 5, 9),
        date(2027, 5, 6),
    )
    assert (chair.role, chair.body, chair.until) == (Role.CHAIR, "planning", None)
    assert planner.appointments[0].role is Role.OFFICER
    assert register.groups[1].members == ("j-smith", "a-jones", "planning@stotfold.example")
    assert register.contacts[0].kind is ContactKind.PRESS
    agreement = register.agreements[0]
    assert (agreement.kind, agreement.member, agreement.counterpart) == (
        AgreementKind.DIRECT_CHANNEL,
        "j-smith",
        "p-planner",
    )
    assert (agreement.since, agreement.until) == (date(2026, 1, 10), date(2026, 6, 30))


@pytest.mark.parametrize("file", [DEMO, STOTFOLD], ids=["demo", "stotfold"])
def test_a_register_written_back_reads_the_same(file: Path) -> None:
    register = load_register(file, "c")
    again = parse_register(register_text(register), "c")
    assert again == register
    assert again.version == register.version


def test_the_version_changes_with_what_is_said_and_not_with_how_it_is_laid_out() -> None:
    text = HEAD + a_person("ann", '{ role = "councillor", from = 2023-05-09 }')
    register = parse_register(text, "stow")
    assert parse_register("# a remark\n" + text.replace("\n", "\r\n"), "stow").version == register.version
    assert parse_register(text.replace("2023-05-09", "2023-05-10"), "stow").version != register.version


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    file = tmp_path / "register.toml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    assert load_register(file, "stow").name == "Stow"
    assert parse_register("\ufeff" + HEAD, "stow").name == "Stow"


def test_a_file_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "register.toml"
    file.write_bytes(HEAD.replace("Stow", "Siobh\u00e1n").encode("latin-1"))
    with pytest.raises(Unusable, match="save the file again in the encoding UTF-8"):
        load_register(file, "stow")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="the file cannot be read"):
        load_register(tmp_path, "stow")


def test_a_mailbox_may_pass_from_one_person_to_the_next() -> None:
    register = a_register(
        a_person("old", '{ role = "councillor", from = 2019-05-07, until = 2023-05-08 }', addresses='"w@stow.example"'),
        a_person("new", '{ role = "councillor", from = 2023-05-09 }', addresses='"w@stow.example"'),
    )
    holder = register.on(DAY).person(address("w@stow.example"))
    assert holder is not None
    assert holder.id == "new"


def test_an_offices_mailbox_is_whoevers_office_it_is_that_day() -> None:
    register = a_register(
        a_person(
            "ann",
            '{ role = "councillor", from = 2019-05-07 }',
            '{ role = "mayor", from = 2025-05-13, until = 2026-05-11, address = "mayor@stow.example" }',
        ),
        a_person(
            "bob",
            '{ role = "councillor", from = 2019-05-07 }',
            '{ role = "mayor", from = 2026-05-12, address = "mayor@stow.example" }',
        ),
    )
    mayor = address("mayor@stow.example")
    holders = [register.on(day).person(mayor) for day in (date(2024, 1, 1), date(2026, 5, 11), date(2026, 5, 12))]
    assert [h and h.id for h in holders] == [None, "ann", "bob"]


def test_a_person_may_list_an_office_address_among_his_own() -> None:
    office = '{ role = "mayor", from = 2026-05-12, address = "mayor@stow.example" }'
    register = a_register(a_person("ann", office, addresses='"ann@stow.example", "mayor@stow.example"'))
    assert register.on(DAY).person(address("mayor@stow.example")) is not None


@pytest.mark.parametrize("other", ["anyone", "The Comet", "news@comet.example", "bob"])
def test_an_authority_is_for_anyone_a_contact_or_a_person(other: str) -> None:
    councillor = '{ role = "councillor", from = 2023-05-09 }'
    contact = '\n[[contact]]\nkind = "press"\nname = "The Comet"\naddresses = ["news@comet.example"]\n'
    agreement = f'\n[[agreement]]\nkind = "authority"\nmember = "ann"\nwith = "{other}"\n'
    register = a_register(a_person("ann", councillor), a_person("bob", councillor), contact, agreement)
    assert register.agreements[0].counterpart == other


def test_groups_may_nest_as_deep_as_they_like() -> None:
    person = a_person("ann", '{ role = "councillor", from = 2023-05-09 }')
    groups = [
        f'\n[[group]]\naddress = "g{n}@stow.example"\nname = "G"\nmembers = ["ann", "g{n + 1}@stow.example"]\n'
        for n in range(1200)
    ]
    last = '\n[[group]]\naddress = "g1200@stow.example"\nname = "G"\nmembers = ["ann"]\n'
    assert len(a_register(person, *groups, last).groups) == 1201


def test_the_demo_has_the_people_whom_the_protocol_speaks_of() -> None:
    register = load_register(DEMO, "ashcombe")
    directory = register.on(DAY)
    assert len(directory.councillors) == 8
    assert [h.id for h in directory.proper_officers()] == ["c-clarke"]
    everybody = directory.group(address("councillors@ashcombe.example"))
    assert everybody is not None
    assert directory.members_of(everybody) == directory.councillors
    for written, channel in {
        "monitoring.officer@district.example": "monitoring-officer",
        "ira.audley@audit.example": "auditor",
        "speakup@ashcombe.example": "whistleblowing",
        "casework@ombudsman.example": "ombudsman",
        "office@mp.example": "mp",
        "desk@stow.police.example": "police",
    }.items():
        assert directory.channel(address(written)) == channel
    assert register_warnings(register, DAY) == ()


def test_every_address_of_the_demo_is_fictional() -> None:
    register = load_register(DEMO, "ashcombe")
    addresses = [a for p in register.persons for a in p.every_address] + [
        a for c in register.contacts for a in c.addresses
    ]
    domains = [*(a.domain for a in addresses), *register.domains, *(d for c in register.contacts for d in c.domains)]
    assert {d.rpartition(".")[2] for d in domains} == {"example"}


def test_what_is_hardly_meant_is_warned_of() -> None:
    register = a_register(
        a_person("ann", '{ role = "councillor", from = 2023-05-09 }', addresses='"ann@mail.example"'),
        a_person("bob", '{ role = "councillor", from = 2019-05-07, until = 2023-05-08 }'),
        '\n[[group]]\naddress = "all@stow.example"\nname = "all"\nmembers = ["ann", "bob"]\n',
    )
    nobody, outside, gone = register_warnings(register, DAY)
    assert "Nobody is Proper Officer of Stow on 2026-11-24" in nobody
    assert "Councillor Ann has no address in the council's own domains" in outside
    assert "Bob is in the group all@stow.example and holds no role" in gone


def test_two_proper_officers_at_once_are_warned_of() -> None:
    clerk = '{ role = "proper-officer", from = 2020-04-01 }'
    (both,) = register_warnings(a_register(a_person("ann", clerk), a_person("bob", clerk)), DAY)
    assert both == "Ann and Bob are both Proper Officer of Stow on 2026-11-24."
