"""Protected channels: served whatever happens, counted, and nowhere named."""

import pytest

from tests.acceptance.conftest import Town, unchanged
from tests.acceptance.mails import a_mail, new_id

D = "wimborne.example"
JANE = f"jane.smith@{D}"
ANN = f"ann.jones@{D}"
CLERK = f"clerk@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."
PROTECTED = {
    "police": "sergeant@police-wimborne.example",
    "whistleblowing": "speakup@help-wimborne.example",
    "monitoring officer": f"monitoring@{D}",
}


def everything_told(town: Town, *needles: str, store: bool = True) -> list[str]:
    """Which of these words stand in the record, the queue, the log or, where asked, the store's own files."""
    folder = town.folder
    record = ("audit", "search", "--format", "json", "--limit", "5000", "--council", "wimborne")
    answers = folder.run_each(record, ("queue", "list", "--json", "--all", "--council", "wimborne"))
    told = [*(answer.out for answer in answers), town.serving.log.read_text()]
    if store:
        told += [path.read_bytes().decode("latin-1") for path in folder.path.glob("var/*.db*")]
    return [needle for needle in needles if any(needle in text for text in told)]


@pytest.fixture(scope="module")
def protected_only(town: Town) -> list[tuple[str, bytes, str]]:
    """One to each channel, in a councillor's name, binding, with a subject nobody else uses."""
    found = []
    for channel, address in PROTECTED.items():
        sent = a_mail(JANE, [address], BINDING, subject=f"Wheelbarrow {channel}", message_id=(name := new_id("safe")))
        assert str(town.send(JANE, [address, f"cllr.smith@{D}"], sent)) == "250 2.0.0 The sink has it"
        found.append((name, sent, address))
    return found


def test_mail_to_protected_recipients_alone_passes_untouched(
    town: Town, protected_only: list[tuple[str, bytes, str]]
) -> None:
    for name, sent, address in protected_only:
        assert unchanged(town.served(name, [address, f"cllr.smith@{D}"]), sent)


def test_mail_to_protected_recipients_alone_leaves_no_trace(
    town: Town, protected_only: list[tuple[str, bytes, str]]
) -> None:
    names = [name for name, _, _ in protected_only]
    assert everything_told(town, "Wheelbarrow", PROTECTED["police"], *names) == []


def test_mail_to_protected_recipients_alone_needs_no_store(folder_without_store: Town) -> None:
    address = "sergeant@police-wimborne.example"
    sent = a_mail(CLERK, [address], message_id=(name := new_id("safe")))
    assert str(folder_without_store.send(CLERK, [address], sent)) == "250 2.0.0 The sink has it"
    assert unchanged(folder_without_store.served(name, [address]), sent)
    other = folder_without_store.send(CLERK, [RESIDENT], a_mail(CLERK, [RESIDENT]))
    assert (other.code, other.text[:4]) == (451, "4.3.")


def test_from_outside_to_a_protected_channel_passes_on_the_incoming_door(town: Town) -> None:
    sent = a_mail(RESIDENT, [f"monitoring@{D}"], subject="Lawnmower", message_id=(name := new_id("safe")))
    assert town.send(RESIDENT, [f"monitoring@{D}"], sent, door="incoming").code == 250
    assert unchanged(town.served(name, [f"monitoring@{D}"]), sent)
    assert everything_told(town, "Lawnmower", name) == []


def test_in_mixed_mail_the_protected_one_is_served_and_the_rest_held_without_naming_it(town: Town) -> None:
    address = PROTECTED["police"].replace("sergeant", "inspector")
    sent = a_mail(JANE, [address, RESIDENT], BINDING, subject="Mixed mail", message_id=(name := new_id("mixed")))
    reply = town.send(JANE, [address, RESIDENT], sent)
    assert reply.held
    assert unchanged(town.served(name, [address]), sent)
    shown = town.folder.run("queue", "show", reply.reference, "--json")
    assert shown.json["recipients"] in (
        [RESIDENT],
        [RESIDENT, "a protected channel"],
        ["a protected channel", RESIDENT],
    )
    assert "a protected channel" in town.folder.run("audit", "search", "--reference", reply.reference).out
    assert everything_told(town, "inspector@", "police-wimborne", store=False) == []
    (notice,) = town.sink.notices(JANE, reply.reference)
    assert "inspector" not in notice.text
    again = town.send(JANE, [address, RESIDENT], sent)
    assert again.reference == reply.reference
    assert len(town.sink.with_id(name)) == 1


def test_in_mixed_mail_that_passes_each_half_goes_apart(town: Town) -> None:
    address = PROTECTED["whistleblowing"]
    sent = a_mail(CLERK, [address, RESIDENT], message_id=(name := new_id("mixed")))
    assert town.send(CLERK, [address, RESIDENT], sent).code == 250
    assert sorted(one.recipients for one in town.sink.with_id(name)) == [(RESIDENT,), (address,)]
    assert all(unchanged(one, sent) for one in town.sink.with_id(name))


def test_a_protected_channel_outranks_the_blind_copy(town: Town) -> None:
    sent = a_mail(CLERK, [RESIDENT], message_id=(name := new_id("mixed")))
    assert town.send(CLERK, [RESIDENT, PROTECTED["monitoring officer"], ANN], sent).held
    assert [one.recipients for one in town.sink.with_id(name)] == [(PROTECTED["monitoring officer"],)]
