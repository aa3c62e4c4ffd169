"""What whoever runs the machine does: start, stop, look after the store, change the files, see what is wrong."""

import sqlite3
from contextlib import closing

from tests.acceptance.client import send
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.sink import Sink
from tests.acceptance.world import REGISTER, Folder, Serving, configuration, free_port, listener

D = "stotfold.example"
JANE = f"jane.smith@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."


def served_council(folder: Folder, sink: Sink) -> tuple[Serving, str]:
    port = free_port()
    folder.council("stotfold")
    folder.write("gatekeeper.toml", configuration(listener("relay", port, sink.address), "stotfold"))
    return Serving(folder, [port]), f"127.0.0.1:{port}"


def test_what_cannot_be_recorded_is_neither_held_nor_lost_and_the_retry_is_held_once(folder: Folder) -> None:
    sink = Sink()
    serving, door = served_council(folder, sink)
    sent = a_mail(JANE, [RESIDENT], BINDING, message_id=(name := new_id("locked")))
    with closing(sqlite3.connect(folder.path / "var" / "gatekeeper.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = send(door, JANE, [RESIDENT], sent)
        other.execute("ROLLBACK")
    assert (locked.code, locked.text[:4]) == (451, "4.3.")
    reply = send(door, JANE, [RESIDENT], sent)
    assert reply.held
    assert len(sink.notices(JANE, reply.reference)) == 1
    assert [row["reference"] for row in folder.run("queue", "list", "--json").lines] == [reply.reference]
    assert sink.with_id(name) == []
    assert serving.close() == 0
    sink.close()


def test_held_mail_outlives_a_restart_and_a_backup_holds_it(folder: Folder) -> None:
    sink = Sink()
    serving, door = served_council(folder, sink)
    reference = send(door, JANE, [RESIDENT], a_mail(JANE, [RESIDENT], BINDING, message_id=(name := new_id()))).reference
    copy = folder.path / "copy.db"
    assert folder.run("backup", str(copy)).status == 0
    assert folder.run("backup", str(copy)).status != 0
    with closing(sqlite3.connect(copy)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert serving.close() == 0
    again = Serving(folder, [int(door.rsplit(":", 1)[1])])
    assert folder.run("queue", "release", reference, "--by", "c-clerk").status == 0
    assert sink.wait(lambda one: one.message_id == name)
    assert again.close() == 0
    sink.close()


def test_the_doctor_says_what_is_wrong_and_what_to_do(folder: Folder) -> None:
    sink = Sink()
    folder.council("stotfold")
    folder.write("gatekeeper.toml", configuration(listener("relay", free_port(), sink.address), "stotfold"))
    assert folder.run("db", "upgrade").status == 0
    well = folder.run("doctor", "--json")
    sink.close()
    ill = folder.run("doctor")
    assert well.lines
    assert ill.status == 1
    (line,) = [line for line in ill.out.splitlines() if "next hop" in line]
    assert "relay" in line
    assert "start it" in line
    assert "Traceback" not in ill.err


def test_a_changed_register_is_in_force_after_its_import_and_that_is_on_the_record(folder: Folder) -> None:
    folder.council("stotfold")
    folder.write("gatekeeper.toml", configuration(listener("relay", 10025, "127.0.0.1:10026"), "stotfold"))
    assert folder.run("db", "upgrade").status == 0
    assert folder.run("register", "import", "--by", "c-clerk").status == 0
    folder.council("stotfold", register=REGISTER.replace("Bob Brown", "Robert Brown"))
    assert folder.run("register", "import", "--by", "c-clerk").status == 0
    people = {row["person"]: row["name"] for row in folder.run("register", "show", "--json").lines}
    assert people["b-brown"] == "Robert Brown"
    rows = folder.run("audit", "search", "--format", "json", "--event", "register:imported").lines
    assert len(rows) == 2
    assert rows[0]["actor"].endswith("for Clare Clark")
