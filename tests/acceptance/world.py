"""Councils in folders, and the command that serves them: built from the contract alone."""

import json
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("gatekeeper")
PACKS = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")

REGISTER = """
[council]
name = "{name} Council"
domains = ["{d}"]
timezone = "Europe/London"

[[person]]
id = "j-smith"
name = "Jane Smith"
addresses = ["jane.smith@{d}", "cllr.smith@{d}"]
private_addresses = ["janes-{id}@mail.example"]
appointments = [
  {{ role = "councillor", from = 2023-05-09, until = 2099-05-06 }},
  {{ role = "chair", body = "planning", from = 2024-05-14 }},
]

[[person]]
id = "a-jones"
name = "Ann Jones"
addresses = ["ann.jones@{d}"]
appointments = [{{ role = "councillor", from = 2023-05-09 }}]

[[person]]
id = "b-brown"
name = "Bob Brown"
addresses = ["bob.brown@{d}"]
appointments = [{{ role = "councillor", from = 2023-05-09 }}, {{ role = "signatory", from = 2023-05-09 }}]

[[person]]
id = "m-mayer"
name = "Mary Mayer"
addresses = ["mary.mayer@{d}"]
appointments = [{{ role = "councillor", from = 2023-05-09 }}, {{ role = "mayor", from = 2025-05-13 }}]

[[person]]
id = "f-former"
name = "Fay Former"
addresses = ["fay.former@{d}"]
appointments = [{{ role = "councillor", from = 2019-05-07, until = 2023-05-08 }}]

[[person]]
id = "d-dual"
name = "Dee Dual"
addresses = ["cllr.dual@{d}", "dee.office@{d}"]
appointments = [
  {{ role = "councillor", from = 2023-05-09, address = "cllr.dual@{d}" }},
  {{ role = "officer", from = 2024-01-01, address = "dee.office@{d}" }},
]

[[person]]
id = "p-planner"
name = "Pat Planner"
addresses = ["planning.officer@{d}"]
appointments = [{{ role = "officer", from = 2021-04-01 }}]

[[person]]
id = "o-officer"
name = "Olive Ostler"
addresses = ["olive.ostler@{d}"]
appointments = [{{ role = "officer", from = 2021-04-01 }}]

[[person]]
id = "c-clerk"
name = "Clare Clark"
addresses = ["clerk@{d}"]
appointments = [{{ role = "proper-officer", from = 2020-01-01 }}]

[[person]]
id = "e-deputy"
name = "Ed Deputy"
addresses = ["deputy@{d}"]
appointments = [{{ role = "deputy-proper-officer", from = 2020-01-01 }}]

[[person]]
id = "n-monitor"
name = "Nora Monitor"
addresses = ["monitoring@{d}"]
appointments = [{{ role = "monitoring-officer", from = 2020-01-01 }}]

[[group]]
address = "planning@{d}"
name = "members of the Planning Committee"
members = ["j-smith", "a-jones"]

[[group]]
address = "councillors@{d}"
name = "all Councillors"
members = ["planning@{d}", "b-brown", "m-mayer", "d-dual"]

[[contact]]
kind = "press"
name = "The Comet"
addresses = ["news@comet-{id}.example"]
domains = []

[[contact]]
kind = "complainant"
name = "Mr Grumble"
addresses = ["grumble@{id}-residents.example"]
domains = []

[[contact]]
kind = "safe-channel"
channel = "police"
name = "The police"
addresses = []
domains = ["police-{id}.example"]

[[contact]]
kind = "safe-channel"
channel = "whistleblowing"
name = "Speak up"
addresses = ["speakup@help-{id}.example"]
domains = []
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Folder:
    """A folder with a configuration and its councils; `run` is the command in it."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, config: bool = True) -> Result:
        chosen = ["--config", str(self.path / "gatekeeper.toml")] if config else []
        done = subprocess.run(
            [str(COMMAND), *chosen, *words], cwd=self.path, env=self.env(), capture_output=True, text=True, timeout=60
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def run_each(self, *commands: tuple[str, ...]) -> list[Result]:
        """The same for several commands that have nothing to do with each other, two at a time."""
        with ThreadPoolExecutor(2) as two:
            return list(two.map(lambda words: self.run(*words), commands))

    def env(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GATEKEEPER")}
        return kept | {"COLUMNS": "200"} | self.environment

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def council(self, id: str, *, pack: str = "", protocol: str = "", register: str = REGISTER) -> None:
        name = id.replace("-", " ").title()
        self.write(f"councils/{id}/register.toml", register.format(id=id, d=f"{id}.example", name=name))
        self.write(f"councils/{id}/protocol.toml", f'pack = "{pack or id}"\n{protocol}')


def listener(name: str, port: int, next_hop: str, more: str = "") -> str:
    return f'[[listener]]\nname = "{name}"\naddress = "127.0.0.1:{port}"\nnext_hop = "{next_hop}"\n{more}\n'


def council_entry(id: str) -> str:
    files = f'register = "councils/{id}/register.toml"\nprotocol = "councils/{id}/protocol.toml"'
    return f'[[council]]\nid = "{id}"\n{files}\n'


def configuration(doors: str, *councils: str, more: str = "") -> str:
    web = f'[web]\naddress = "127.0.0.1:{free_port()}"\n'
    store = '[store]\nurl = "sqlite:///var/gatekeeper.db"\n'
    return store + more + doors + web + "".join(council_entry(id) for id in councils)


class Serving:
    """`gatekeeper serve` in a folder, from the first greeting of its doors until `close`."""

    def __init__(self, folder: Folder, ports: list[int]) -> None:
        self.folder = folder
        self.log = folder.path / "serve.err"
        self.printed = folder.path / "serve.out"
        with self.log.open("wb") as err, self.printed.open("wb") as out:
            self.process = subprocess.Popen(
                [str(COMMAND), "--config", str(folder.path / "gatekeeper.toml"), "serve"],
                cwd=folder.path,
                env=folder.env(),
                stdout=out,
                stderr=err,
            )
        for port in ports:
            self._wait_for(port)

    def _wait_for(self, port: int) -> None:
        pause = threading.Event()
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    return
            pause.wait(0.05)
        raise AssertionError(self.log.read_text())

    def close(self) -> int:
        self.process.terminate()
        return self.process.wait(40)
