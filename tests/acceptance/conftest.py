"""Five councils behind one running gatekeeper, shared by these tests; and folders for those that need their own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.client import Reply, send
from tests.acceptance.sink import Served, Sink, recipients_of
from tests.acceptance.world import PACKS, REGISTER, Folder, Serving, configuration, free_port, listener


@dataclass(frozen=True, slots=True)
class Town:
    """The doors and the next hop of a running gatekeeper."""

    folder: Folder
    sink: Sink
    doors: dict[str, str]
    serving: Serving

    def send(self, sender: str, recipients: list[str], message: bytes, *, door: str = "relay", more: str = "") -> Reply:
        return send(self.doors[door], sender, recipients, message, more)

    def served(self, message_id: str, to: list[str]) -> Served:
        """The one transaction in which a message reached these recipients, and nobody else got it."""
        found = self.sink.with_id(message_id)
        assert recipients_of(found) == sorted(to)
        return found[0]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    sink = Sink()
    ports = {name: free_port() for name in ("relay", "incoming", "private", "dead", "normalise", "outgoing")}
    doors = "".join(
        (
            listener("relay", ports["relay"], sink.address),
            listener("incoming", ports["incoming"], sink.address, 'direction = "incoming"'),
            listener("private", ports["private"], sink.address, 'trusted = ["192.0.2.0/24", "::1"]'),
            listener("dead", ports["dead"], f"127.0.0.1:{free_port()}"),
            listener("normalise", ports["normalise"], sink.address, 'bare_newline = "normalise"'),
            listener("outgoing", ports["outgoing"], sink.address, 'direction = "outgoing"\nmax_size = 65536'),
        )
    )
    folder = Folder(tmp_path_factory.mktemp("town"))
    for pack in PACKS:
        folder.council(pack)
    folder.council("watchful", pack="knutsford", protocol='mode = "monitor"\n')
    folder.write("gatekeeper.toml", configuration(doors, *PACKS, "watchful"))
    serving = Serving(folder, list(ports.values()))
    yield Town(folder, sink, {name: f"127.0.0.1:{port}" for name, port in ports.items()}, serving)
    serving.close()
    sink.close()


OWN_WORDS = """
mode = "enforce"
[rules.silent-copy]
action = "disclose"
words = "No copy to a member in secret."
[rules.obligation]
action = "hold"
words = "Members bind nobody."
[rules.instruction]
action = "off"
[rules.financial-authority]
action = "refuse"
words = "Members spend no money of ours."
[footer]
template = "Also sent to Cllr {name}"
position = "end"
"""
RENE = """
[[person]]
id = "r-muller"
name = "René Müller"
addresses = ["rene@{d}"]
appointments = [{{ role = "councillor", from = 2023-05-09 }}]
"""


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A council with wording and actions of its own, behind a server of its own."""
    sink, port = Sink(), free_port()
    folder = Folder(tmp_path_factory.mktemp("own"))
    folder.council("stotfold", pack="brixton", protocol=OWN_WORDS, register=REGISTER + RENE)
    folder.write("gatekeeper.toml", configuration(listener("relay", port, sink.address), "stotfold"))
    serving = Serving(folder, [port])
    yield Town(folder, sink, {"relay": f"127.0.0.1:{port}"}, serving)
    serving.close()
    sink.close()


@pytest.fixture
def folder_without_store(tmp_path: Path) -> Iterator[Town]:
    """A running gatekeeper whose store somebody else keeps locked."""
    sink, port = Sink(), free_port()
    folder = Folder(tmp_path)
    folder.council("wimborne")
    folder.write("gatekeeper.toml", configuration(listener("relay", port, sink.address), "wimborne"))
    serving = Serving(folder, [port])
    with closing(sqlite3.connect(folder.path / "var" / "gatekeeper.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield Town(folder, sink, {"relay": f"127.0.0.1:{port}"}, serving)
        other.execute("ROLLBACK")
    serving.close()
    sink.close()


def unchanged(served: Served, sent: bytes) -> bool:
    """What arrived is what was sent, below one added Received field."""
    added = served.data.removesuffix(sent)
    lines = added.decode("ascii").splitlines()
    folded = all(line.startswith((" ", "\t")) for line in lines[1:])
    return served.data.endswith(sent) and lines[0].startswith("Received: ") and folded


def judged(town: Town, *options: str) -> dict[str, dict[str, Any]]:
    """Each message's judgement in the record, by Message-ID."""
    words = ("audit", "search", "--format", "json", "--limit", "5000", "--event", "message:judged", *options)
    return {row["message_id"]: row for row in town.folder.run(*words).lines}
