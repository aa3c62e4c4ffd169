"""protocol.toml: a pack, what the council changes in it, and that it is written back as it was read."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.footer import Position
from gatekeeper.core.protocol import CouncilProtocol, FooterStyle, Mode, Unalterable, Unread
from gatekeeper.errors import Unusable
from gatekeeper.files.packs import EXEMPTIONS, Packs
from gatekeeper.files.protocol import load_protocol, parse_protocol
from gatekeeper.files.protocol_text import protocol_text
from gatekeeper.files.table import Table
from gatekeeper.shipped import config_folder
from tests.files.configs import CONFIGS

DEMO = config_folder() / "councils" / "demo" / "protocol.toml"
GOOD = sorted((CONFIGS / "good").rglob("protocol.toml"))
NAMES = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")

REMARK = re.compile(r"# ([a-z_]+ = .+)")


def found(rule: str) -> Finding:
    return Finding(rule, "", "body", "")


def a_protocol(text: str = "", pack: str = "stotfold") -> CouncilProtocol:
    return parse_protocol(f'pack = "{pack}"\n{text}', "stow")


def test_a_pack_alone_is_a_protocol_with_every_default() -> None:
    protocol = a_protocol()
    assert protocol.mode is Mode.ENFORCE
    assert protocol.footer == FooterStyle("CC Councillor {name}", "CC {group}", Position.OWN_TEXT)
    assert (protocol.unalterable, protocol.notify_outsiders) == (Unalterable.NOTICE, False)
    assert protocol.unread == Unread(Action.FLAG, Action.FLAG, Action.FLAG)
    assert (protocol.join_seconds, protocol.needless_holds) == (0, 0.01)
    assert (protocol.answer_days, protocol.answer_unit, protocol.elections) == (15, "calendar", ())
    assert protocol.rules["silent-copy"].unless == EXEMPTIONS
    assert protocol.clauses["correspondence-3"].citation == "Stotfold, Correspondence 3"


def examples() -> str:
    """The demo with every remark switched on: its settings, and the examples of rules and clauses."""
    settings, _, rest = DEMO.read_text().partition("# Single rules")
    lines = [line.removeprefix("# ") for line in rest.splitlines() if re.match(r"# (\[|[a-z]+ = )", line)]
    return REMARK.sub(r"\1", settings) + "\n" + "\n".join(lines)


def test_the_commented_values_of_the_demo_are_those_that_hold_without_them() -> None:
    everything = REMARK.sub(r"\1", DEMO.read_text().partition("# Single rules")[0])
    assert len(tomllib.loads(everything)["unread"]) == 3
    assert parse_protocol(everything, "ashcombe") == load_protocol(DEMO, "ashcombe")


def test_every_key_of_a_protocol_stands_in_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, frozenset[str]] = {}
    done = Table.done

    def noted(self: Table, also: tuple[str, ...] = ()) -> None:
        asked[self.path] = self.asked | set(also)
        done(self, also)

    assert all(Packs().get(n) for n in NAMES)  # read, so that their own keys are not noted below
    monkeypatch.setattr(Table, "done", noted)
    protocol = parse_protocol(examples(), "ashcombe")
    assert protocol.rules["silent-copy"].action is Action.HOLD
    written = tomllib.loads(examples())
    for path, keys in asked.items():
        here = written
        for step in path.split(".") if path else ():
            here = here[step]
        assert keys == here.keys(), path


def test_a_council_under_its_own_name_cites_itself() -> None:
    protocol = load_protocol(DEMO, "ashcombe")
    assert protocol.title == "the Ashcombe Member Officer Protocol"
    assert {c.citation.split(",")[0] for c in protocol.clauses.values()} == {"Ashcombe"}
    assert a_protocol('short = "Upper Stow"', "knutsford").clauses["5.1"].citation == "Upper Stow 5.1"


def test_a_council_changes_single_things_and_the_rest_stays() -> None:
    before = a_protocol()
    after = a_protocol('[rules.silent-copy]\naction = "hold"\nunless = []\n\n[rules.press.options]\nrelease = "hold"\n')
    assert (after.rules["silent-copy"].action, after.rules["silent-copy"].unless) == (Action.HOLD, ())
    assert after.rules["silent-copy"].clauses == before.rules["silent-copy"].clauses
    assert after.rules["press"].options == {**before.rules["press"].options, "release": "hold"}
    assert {k: v for k, v in after.rules.items() if k not in ("silent-copy", "press")} == {
        k: v for k, v in before.rules.items() if k not in ("silent-copy", "press")
    }


def test_the_councils_own_words_are_quoted_for_that_rule_alone() -> None:
    protocol = a_protocol('[rules.obligation]\nwords = "Never in a councillor\'s name."\n')
    quoted, other = protocol.clause_for(found("obligation")), protocol.clause_for(found("instruction"))
    assert quoted is not None
    assert quoted.words == "Never in a councillor's name."
    assert other is not None
    assert other.words == ""


def test_a_clause_of_the_councils_own_is_cited() -> None:
    protocol = load_protocol(CONFIGS / "good" / "provider" / "lower" / "protocol.toml", "lower")
    clause = protocol.clause_for(found("proper-channel"))
    assert clause is not None
    assert clause.citation == "Lower Stow, Standing Orders 15"
    assert clause.words == "Members write\nto the Clerk."
    assert protocol.rules["individual-capacity"].action is Action.OFF


def test_a_rule_that_the_pack_does_not_know_can_be_switched_on() -> None:
    protocol = a_protocol('[rules.individual-capacity]\naction = "flag"\noptions = { media_only = true }\n')
    finding = Finding("individual-capacity", "", "body", "")
    assert protocol.action_for(finding) is Action.FLAG
    assert a_protocol().action_for(finding) is Action.OFF


def test_the_version_changes_with_what_is_in_force_and_not_with_how_it_is_written() -> None:
    version = a_protocol().version
    assert len(version) == 64
    assert a_protocol('# a remark\nmode = "enforce"\n').version == version
    assert a_protocol('[rules.silent-copy]\naction = "disclose"\n').version == version
    others = ('mode = "monitor"', "join_seconds = 1", '[rules.press]\naction = "off"', '[unread]\nlanguage = "hold"')
    assert len({version, *(a_protocol(o).version for o in others)}) == 5
    assert len({a_protocol(pack=n).version for n in NAMES}) == 5


@pytest.mark.parametrize("file", [DEMO, *GOOD], ids=lambda f: f.parent.name)
def test_a_protocol_written_back_reads_the_same(file: Path) -> None:
    protocol = load_protocol(file, "c")
    again = parse_protocol(protocol_text(protocol), "c")
    assert again == protocol
    assert again.version == protocol.version


@pytest.mark.parametrize("pack", NAMES)
def test_a_written_pack_holds_no_rule_that_was_not_changed(pack: str) -> None:
    text = protocol_text(a_protocol(pack=pack))
    assert "[rules" not in text
    assert "[clauses" not in text


def test_a_council_may_bring_a_pack_of_its_own(tmp_path: Path) -> None:
    shipped = (config_folder() / "protocols" / "knutsford.toml").read_text()
    (tmp_path / "stow.toml").write_text(shipped.replace("Knutsford", "Stow"))
    protocol = parse_protocol('pack = "stow"\n', "stow", packs=Packs(tmp_path))
    assert protocol.clauses["5.1"].citation == "Stow 5.1"


def test_a_faulty_pack_is_refused_with_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "stow.toml").write_text('short = "Stow"\ntitle = "T"\n\n[rules.silent-copi]\naction = "hide"\n')
    with pytest.raises(Unusable) as refused:
        parse_protocol('pack = "stow"\n', "stow", packs=Packs(tmp_path))
    assert [line.removeprefix(str(tmp_path)) for line in str(refused.value).split("\n")] == [
        '/stow.toml: rules.silent-copi: this rule is unknown; write "silent-copy" instead',
        '/stow.toml: rules.silent-copi.action: "hide" is unknown; write one of off, flag, disclose, hold, refuse, pass',
    ]


def test_pre_election_periods_are_read() -> None:
    protocol = load_protocol(CONFIGS / "good" / "provider" / "upper" / "protocol.toml", "upper")
    assert protocol.elections == ((date(2027, 3, 22), date(2027, 5, 6)),)
    assert protocol.mode is Mode.MONITOR


def test_a_kind_of_finding_may_have_an_action_and_a_clause_of_its_own() -> None:
    protocol = a_protocol('[rules.press.cites]\nrelease = "correspondence-3"\n')
    finding = Finding("press", "", "body", "", kind="release")
    clause = protocol.clause_for(finding)
    assert clause is not None
    assert clause.id == "correspondence-3"
    assert protocol.action_for(finding) is Action(str(protocol.rules["press"].options["release"]))
    with pytest.raises(Unusable, match=r"press\.cites\.release"):
        a_protocol('[rules.press.cites]\nrelease = "no-such-clause"\n')
