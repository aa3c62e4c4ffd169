"""The register of a day."""

from datetime import date

from gatekeeper.core.people import Appointment, Group, Role
from tests.builders import JONES, SMITH, a_person, a_register, address

DAY = date(2026, 11, 24)


def test_a_person_is_found_by_every_registered_address() -> None:
    directory = a_register().on(DAY)
    for written in ("jane.smith@stow.example", "Cllr.Smith+x@stow.example", "js@mail.example"):
        found = directory.person(address(written))
        assert found is not None
        assert found.id == "j-smith"


def test_a_term_that_has_ended_makes_no_councillor() -> None:
    gone = a_person(
        "old", "Old Hand", "old@stow.example", appointments=(Appointment(Role.COUNCILLOR, DAY, date(2026, 11, 24)),)
    )
    register = a_register(persons=(gone,))
    assert register.on(DAY).holders["old"].is_councillor
    assert not register.on(date(2026, 11, 25)).holders["old"].is_councillor


def test_a_mailbox_that_passed_on_belongs_to_whoever_is_in_office() -> None:
    before = a_person(
        "old",
        "Old",
        "ward@stow.example",
        appointments=(Appointment(Role.COUNCILLOR, date(2019, 5, 1), date(2023, 5, 8)),),
    )
    after = a_person("new", "New", "ward@stow.example")
    register = a_register(persons=(before, after))
    holder = register.on(DAY).person(address("ward@stow.example"))
    assert holder is not None
    assert holder.id == "new"
    earlier = register.on(date(2020, 1, 1)).person(address("ward@stow.example"))
    assert earlier is not None
    assert earlier.id == "old"


def test_members_of_a_group_are_found_through_nested_groups_even_in_a_circle() -> None:
    directory = a_register(
        groups=(
            Group(address("a@stow.example"), "A", ("j-smith", "b@stow.example")),
            Group(address("b@stow.example"), "B", ("a-jones", "a@stow.example")),
        )
    ).on(DAY)
    group = directory.group(address("A@stow.example"))
    assert group is not None
    assert directory.members_of(group) == {SMITH.id, JONES.id}


def test_a_contact_is_found_by_a_parent_domain() -> None:
    directory = a_register().on(DAY)
    assert directory.channel(address("desk@north.police.example")) == "police"
    assert directory.channel(address("desk@notpolice.example")) == ""


def test_the_monitoring_officer_of_the_day_is_a_protected_channel() -> None:
    assert a_register().on(DAY).channel(address("monitoring@district.example")) == "monitoring-officer"


def test_whoever_acts_is_the_proper_officer() -> None:
    acting = a_person(
        "d-deputy",
        "Dana Dean",
        "deputy@stow.example",
        appointments=(
            Appointment(Role.DEPUTY_PROPER_OFFICER, date(2023, 1, 1)),
            Appointment(Role.ACTING_PROPER_OFFICER, date(2026, 11, 1), date(2026, 11, 30)),
        ),
    )
    clerk = a_person("c-clerk", "Chris Clarke", "clerk@stow.example", role=Role.PROPER_OFFICER)
    register = a_register(persons=(clerk, acting))
    assert [h.id for h in register.on(DAY).proper_officers()] == ["d-deputy"]
    assert [h.id for h in register.on(date(2026, 12, 1)).proper_officers()] == ["c-clerk"]
