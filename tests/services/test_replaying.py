"""Old mail under the protocol."""

import mailbox
from pathlib import Path

import pytest

from gatekeeper.errors import Unusable
from gatekeeper.rules import all_rules
from gatekeeper.services.checking import Checking
from gatekeeper.services.judging import Judge
from gatekeeper.services.replaying import Replayed, replay
from tests.builders import a_mail, councils
from tests.fakes import FakeClock
from tests.services.test_intake import ACCEPTS

HELD = a_mail(ACCEPTS, sender="jane.smith@stow.example", to="ben@builder.example")
PASSES = a_mail()


def replayed(place: Path) -> list[Replayed]:
    everybody = councils()
    return list(replay(Checking(everybody, Judge(everybody, all_rules()), FakeClock()), place))


def verdicts(place: Path) -> list[str]:
    return [r.checked.verdict if r.checked else "unreadable" for r in replayed(place)]


def test_a_folder_of_messages_is_judged_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(PASSES)
    (tmp_path / "b.eml").write_bytes(HELD.replace(b"\r\n", b"\n"))
    (tmp_path / "c.eml").write_bytes(b"")
    assert verdicts(tmp_path) == ["pass", "hold", "unreadable"]


def test_an_mbox_and_a_maildir_are_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "old.mbox")
    box.add(HELD)
    box.add(PASSES)
    box.close()
    assert verdicts(tmp_path / "old.mbox") == ["hold", "pass"]
    folder = mailbox.Maildir(tmp_path / "maildir")
    folder.add(HELD)
    assert verdicts(tmp_path / "maildir") == ["hold"]


def test_a_place_that_is_not_there_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="mbox"):
        replayed(tmp_path / "nowhere")
