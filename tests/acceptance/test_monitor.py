"""Monitor mode records what it would have done, and changes nothing."""

from typing import Any

import pytest

from tests.acceptance.conftest import Town, judged, unchanged
from tests.acceptance.mails import a_mail, mime_mail, new_id

D = "watchful.example"
JANE = f"jane.smith@{D}"
CLERK = f"clerk@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."
UNREADABLE = b"Content-Type: multipart/mixed; boundary=a\r\n\r\nno part at all\r\n"


@pytest.fixture(scope="module")
def watched(town: Town) -> dict[str, dict[str, Any]]:
    """What the record says of a binding mail, a silent copy and an unreadable mail, all of which passed untouched."""
    names = {kind: new_id(kind) for kind in ("binding", "copy", "unreadable")}
    mails = {
        "binding": (JANE, [RESIDENT], a_mail(JANE, [RESIDENT], BINDING, message_id=names["binding"])),
        "copy": (CLERK, [RESIDENT, JANE], a_mail(CLERK, [RESIDENT], message_id=names["copy"])),
        "unreadable": (JANE, [RESIDENT], mime_mail(JANE, [RESIDENT], UNREADABLE, message_id=names["unreadable"])),
    }
    for kind, (sender, to, sent) in mails.items():
        assert str(town.send(sender, to, sent)) == "250 2.0.0 The sink has it"
        assert unchanged(town.served(names[kind], to), sent)
    rows = judged(town, "--council", "watchful")
    return {kind: rows[name] for kind, name in names.items()}


def test_what_would_have_been_done_is_recorded(watched: dict[str, dict[str, Any]]) -> None:
    assert (watched["binding"]["verdict"], "obligation" in watched["binding"]["rules"]) == ("hold", True)
    assert (watched["copy"]["verdict"], "silent-copy" in watched["copy"]["rules"]) == ("hold", True)
    assert watched["unreadable"]["verdict"] == "hold"


def test_nothing_is_held_and_nobody_is_told(town: Town, watched: dict[str, dict[str, Any]]) -> None:
    assert len(watched) == 3
    assert town.folder.run("queue", "list", "--json", "--all", "--council", "watchful").out == ""
    assert town.sink.all(lambda one: one.reverse_path == "" and one.recipients[0].endswith(f"@{D}")) == []
