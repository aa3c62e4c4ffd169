"""Every broken example is refused with the sentences that stand at its head, and with no others."""

from pathlib import Path

import pytest

from gatekeeper.errors import Unusable
from gatekeeper.files.councils import load_councils
from gatekeeper.settings import load_settings
from tests.builders import address
from tests.files.configs import CONFIGS, SAID, bad_files, expected, read


@pytest.mark.parametrize("file", bad_files(), ids=lambda f: f"{f.parent.name}-{f.stem}")
def test_a_broken_file_is_refused_with_every_fault_and_its_remedy(file: Path) -> None:
    with pytest.raises(Unusable) as refused:
        read(file)
    assert str(refused.value) == expected(file)


@pytest.mark.parametrize("case", ["shared", "nowhere"])
def test_councils_that_do_not_go_together_are_refused(case: str) -> None:
    folder = CONFIGS / "bad" / "councils" / case
    settings = load_settings(folder / "gatekeeper.toml", {})
    lines = (folder / "gatekeeper.toml").read_text().splitlines()
    said = [line.removeprefix(SAID).replace("{folder}", str(folder)) for line in lines if line.startswith(SAID)]
    with pytest.raises(Unusable) as refused:
        load_councils(settings.councils, settings.packs())
    assert str(refused.value).split("\n") == said


def test_the_faults_of_all_councils_are_told_together(tmp_path: Path) -> None:
    for council in ("upper", "lower"):
        (tmp_path / f"{council}.toml").write_text('pack = "none"\n')
    text = (CONFIGS / "bad" / "councils" / "nowhere" / "gatekeeper.toml").read_text()
    one = text[text.index("[[council]]") :]
    (tmp_path / "gatekeeper.toml").write_text(
        text.replace("upper/protocol.toml", "upper.toml")
        + one.replace('"upper"', '"lower"').replace("upper/protocol.toml", "lower.toml")
    )
    settings = load_settings(tmp_path / "gatekeeper.toml", {})
    with pytest.raises(Unusable) as refused:
        load_councils(settings.councils, settings.packs())
    told = str(refused.value).split("\n")
    assert [line.split(": ")[0] for line in told] == [
        f"{tmp_path}/upper/register.toml",
        f"{tmp_path}/upper.toml",
        f"{tmp_path}/upper/register.toml",
        f"{tmp_path}/lower.toml",
    ]


def test_a_person_whose_mail_gatekeeper_would_answer_is_refused() -> None:
    settings = load_settings(CONFIGS / "good" / "stotfold" / "gatekeeper.toml", {})
    with pytest.raises(Unusable) as refused:
        load_councils(settings.councils, answered=[None, address("Ann.Jones+check@stotfold.example")])
    assert str(refused.value).endswith(
        "person[1].addresses: ann.jones@stotfold.example is an address that gatekeeper answers itself;"
        " write another one below [addresses]"
    )


def test_the_good_files_are_read() -> None:
    for file in sorted((CONFIGS / "good").glob("*/gatekeeper.toml")):
        settings = load_settings(file, {})
        loaded = load_councils(settings.councils, settings.packs(), [settings.addresses.check])
        assert [c.protocol.council for c in loaded] == [c.id for c in settings.councils]
