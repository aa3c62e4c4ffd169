"""gatekeeper.toml: what it says, what holds where it says nothing, and that the demo's comments tell the truth."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from gatekeeper.core.envelope import Direction
from gatekeeper.errors import Unusable
from gatekeeper.files import table
from gatekeeper.settings import BareNewline, DoorLimits, Endpoint, Settings, config_file, load_settings, parse_settings
from gatekeeper.shipped import config_folder
from tests.files.configs import CONFIGS

DEMO = config_folder() / "gatekeeper.toml"
DOOR = '[[listener]]\nname = "relay"\naddress = "127.0.0.1:10025"\nnext_hop = "127.0.0.1:10026"\n'
COUNCIL = '[[council]]\nid = "stow"\nregister = "r.toml"\nprotocol = "p.toml"\n'

_REMARK = re.compile(r"# ([a-z_]+) = (.+)")


def uncommented(text: str) -> str:
    """The text with every commented key switched on, except where its section has that key already."""
    sections: dict[str, list[str]] = defaultdict(list)
    name = ""
    for line in text.splitlines():
        if line.startswith("["):
            name = line
            sections[name] = sections[name]
        elif found := _REMARK.fullmatch(line):
            sections[name].append(f"{found[1]} = {found[2]}")
        elif line and not line.startswith("#"):
            sections[name].insert(0, line)
    blocks = []
    for name, lines in sections.items():
        kept = {line.split(" = ")[0]: line for line in reversed(lines)}
        blocks.append("\n".join([name, *kept.values()]))
    return "\n".join(sorted(blocks, key=lambda b: b.startswith("[")))


def a_settings(text: str = DOOR + COUNCIL, **environment: str) -> Settings:
    return parse_settings(text, Path("/etc/gatekeeper/gatekeeper.toml"), environment)


def test_the_demo_listens_and_delivers_on_this_machine_only() -> None:
    settings = load_settings(DEMO, {"GATEKEEPER_HOME": "/var/lib/gatekeeper"})
    (door,) = settings.listeners
    assert (str(door.address), str(door.next_hop)) == ("127.0.0.1:10025", "127.0.0.1:10026")
    assert str(settings.web) == "127.0.0.1:8080"
    assert settings.store.url == "sqlite:////var/lib/gatekeeper/var/gatekeeper.db"
    assert settings.key_file == Path("/var/lib/gatekeeper/var/gatekeeper.key")
    assert settings.councils[0].register == DEMO.parent.absolute() / "councils/demo/register.toml"


def test_the_commented_values_of_the_demo_are_those_that_hold_without_them() -> None:
    text = DEMO.read_text()
    everything = uncommented(text)
    assert len(tomllib.loads(everything)["listener"][0]) > len(tomllib.loads(text)["listener"][0]) + 20
    assert parse_settings(everything, DEMO, {}) == load_settings(DEMO, {})


def test_every_key_of_the_settings_stands_in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, frozenset[str]] = {}
    done = table.Table.done

    def noted(self: table.Table, also: tuple[str, ...] = ()) -> None:
        asked[self.path] = self.asked
        done(self, also)

    monkeypatch.setattr(table.Table, "done", noted)
    parse_settings(uncommented(DEMO.read_text()), DEMO, {})
    written = tomllib.loads(uncommented(DEMO.read_text()))
    assert asked[""] == written.keys()
    for path, keys in asked.items():
        name = path.partition("[")[0]
        here = written.get(name, written) if name else written
        assert keys == (here[0] if isinstance(here, list) else here).keys(), path


def test_what_is_not_said_holds_by_default() -> None:
    settings = a_settings()
    (door,) = settings.listeners
    assert [str(n) for n in door.trusted] == ["127.0.0.0/8", "::1/128"]
    assert (door.direction, door.bare_newline, door.xclient) == (Direction.BOTH, BareNewline.REFUSE, ())
    assert door.limits == DoorLimits(max_size=52_428_800)
    assert settings.processes == 1
    assert str(settings.web) == "127.0.0.1:8080"
    assert (settings.addresses.check, settings.addresses.notices) == (None, None)


def test_an_incoming_door_normalises_bare_newlines_unless_told_otherwise() -> None:
    incoming = DOOR + 'direction = "incoming"\n'
    assert a_settings(incoming + COUNCIL).listeners[0].bare_newline is BareNewline.NORMALISE
    strict = incoming + 'bare_newline = "refuse"\n'
    assert a_settings(strict + COUNCIL).listeners[0].bare_newline is BareNewline.REFUSE


def test_a_providers_file_is_read() -> None:
    settings = load_settings(CONFIGS / "good" / "provider" / "gatekeeper.toml", {})
    outgoing, incoming, third = settings.listeners
    assert outgoing.next_hop_tls_name == "mail.provider.example"
    assert incoming.next_hop == Endpoint("2001:db8::25", 25)
    assert third.address == Endpoint("::1", 0)
    assert str(settings.addresses.check) == "check@provider.example"
    assert settings.processes == 4
    assert settings.store.sqlite_file is None


def test_the_environment_goes_before_the_files_store() -> None:
    given = "postgresql+psycopg://gatekeeper:secret@db/gatekeeper"
    settings = a_settings(GATEKEEPER_STORE_URL=given)
    assert settings.store.url == given
    assert "secret" not in repr(settings)


def test_a_bad_store_in_the_environment_is_refused_without_saying_its_password() -> None:
    with pytest.raises(Unusable) as refused:
        a_settings(GATEKEEPER_STORE_URL="mysql://gatekeeper:secret@db/gatekeeper")
    assert "$GATEKEEPER_STORE_URL" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_password_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    store = '[store]\nurl = "postgresql+psycopg://gatekeeper@db/gatekeeper"\npassword_file = "password"\n'
    settings = a_settings(DOOR + COUNCIL + store, GATEKEEPER_HOME=str(tmp_path))
    assert settings.store.password == "secret"
    assert "secret" not in repr(settings)


def test_an_empty_password_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("\n")
    store = '[store]\nurl = "postgresql+psycopg://gatekeeper@db/gatekeeper"\npassword_file = "password"\n'
    with pytest.raises(Unusable, match=r"store\.password_file: .* is empty"):
        a_settings(DOOR + COUNCIL + store, GATEKEEPER_HOME=str(tmp_path))


def test_the_store_lies_in_the_working_directory_unless_a_home_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert a_settings().store.sqlite_file == tmp_path / "var" / "gatekeeper.db"
    assert a_settings(GATEKEEPER_HOME="/srv/mail").store.sqlite_file == Path("/srv/mail/var/gatekeeper.db")


def test_certificates_lie_beside_the_file(tmp_path: Path) -> None:
    for name in ("door.pem", "door.key", "ca.pem"):
        (tmp_path / name).write_text("PEM")
    file = tmp_path / "gatekeeper.toml"
    tls = 'tls_certificate = "door.pem"\ntls_key = "door.key"\nnext_hop_tls = "required"\nnext_hop_ca = "ca.pem"\n'
    file.write_text(DOOR + tls + COUNCIL)
    (door,) = load_settings(file, {}).listeners
    assert (door.tls_certificate, door.tls_key) == (tmp_path / "door.pem", tmp_path / "door.key")
    assert door.next_hop_ca == tmp_path / "ca.pem"


def test_a_door_that_trusts_everybody_is_warned_of_unless_it_is_incoming() -> None:
    everybody = DOOR + 'trusted = ["0.0.0.0/0"]\n'
    assert "relay" in a_settings(everybody + COUNCIL).warnings()[0]
    assert a_settings(everybody + 'direction = "incoming"\n' + COUNCIL).warnings() == ()


def test_any_free_port_meets_no_other() -> None:
    doors = DOOR.replace("10025", "0") + DOOR.replace("10025", "0").replace("relay", "second")
    assert len(a_settings(doors + COUNCIL).listeners) == 2


def test_the_file_is_the_named_one_else_the_environments_else_the_demo() -> None:
    environment = {"GATEKEEPER_CONFIG": "/etc/gatekeeper.toml"}
    assert config_file(Path("x.toml"), environment) == Path("x.toml")
    assert config_file(None, environment) == Path("/etc/gatekeeper.toml")
    assert config_file(None, {}) == Path("config/gatekeeper.toml")


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"none\.toml: there is no such file; put it there, or correct the path"):
        load_settings(tmp_path / "none.toml", {})
