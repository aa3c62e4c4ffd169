"""What others rely on is in the README: commands, events, replies; every event has a sentence."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from gatekeeper.cli.main import app
from gatekeeper.core import reply
from gatekeeper.core.events import SENTENCES, Event, Kind
from gatekeeper.core.reply import Reply
from tests.builders import NOON

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def commands(command: click.Command, name: str = "") -> Iterator[str]:
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            yield from commands(sub, f"{name} {sub.name}".strip())
    else:
        yield name


@pytest.mark.parametrize("command", sorted(commands(typer.main.get_command(app))))
def test_every_command_is_in_the_readme_and_says_what_it_does(command: str) -> None:
    assert re.search(rf"`(?:\.venv/bin/gatekeeper )?{command}\b", README), f"gatekeeper {command}"
    found: click.Command = typer.main.get_command(app)
    for word in command.split():
        assert isinstance(found, click.Group)
        found = found.commands[word]
    assert found.help


@pytest.mark.parametrize("kind", list(Kind))
def test_every_event_is_in_the_readme_and_has_a_sentence(kind: Kind) -> None:
    assert f"`{kind.value}`" in README
    event = Event("0" * 32, "stow", NOON, kind)
    assert event.sentence.endswith((".", "(deleted)"))
    assert "{" not in SENTENCES[kind].format_map(_Anything())


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


@pytest.mark.parametrize("name", sorted(n for n, v in vars(reply).items() if isinstance(v, Reply) and n.isupper()))
def test_every_reply_is_in_the_readme(name: str) -> None:
    found: Reply = vars(reply)[name]
    status = found.lines[0].split()[0]
    assert name == "OK" or f"{found.code} {status}" in README
    assert len(str(found)) < 512
    assert str(found).isascii()
