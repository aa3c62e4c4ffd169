"""`check`: one message judged offline, explained for people and for programs; nothing is stored or sent."""

import json

import pytest

from tests.acceptance.mails import a_mail
from tests.acceptance.world import PACKS, Folder, Result, configuration, council_entry, listener

D = "stotfold.example"
JANE = f"jane.smith@{D}"
ANN = f"ann.jones@{D}"
CLERK = f"clerk@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("check"))
    for pack in PACKS:
        folder.council(pack)
    folder.council("watchful", pack="knutsford", protocol='mode = "monitor"\n')
    folder.write("gatekeeper.toml", configuration(listener("relay", 10025, "127.0.0.1:10026"), *PACKS, "watchful"))
    return folder


def check(folder: Folder, mail: bytes, sender: str, recipients: list[str], *words: str) -> Result:
    (folder.path / "mail.eml").write_bytes(mail)
    options = [word for one in recipients for word in ("--recipient", one)]
    return folder.run("check", "mail.eml", "--sender", sender, *options, *words)


def test_the_contracts_example_is_printed_as_it_says(desk: Folder) -> None:
    done = check(desk, a_mail(ANN, [RESIDENT], BINDING), ANN, [RESIDENT, JANE], "--json")
    document = done.json
    assert (done.status, done.err) == (0, "")
    assert (document["verdict"], document["council"]) == ("hold", "stotfold")
    assert document["sender"].items() >= {"person": "a-jones", "roles": ["councillor"]}.items()
    assert (document["disclosed"], document["footer"]) == (["j-smith"], "CC Councillor Jane Smith")
    finding = next(one for one in document["findings"] if one["rule"] == "obligation")
    reason = finding["reason"]
    expected = {
        "rule": "obligation",
        "clause": "Stotfold, Correspondence 3",
        "action": "hold",
        "evidence": BINDING,
        "where": "body",
        "reason": reason,
    }
    assert finding.items() >= expected.items()
    assert reason.endswith(".")
    copy = next(one for one in document["findings"] if one["rule"] == "silent-copy")
    assert (copy["clause"], copy["action"]) == ("Stotfold, Correspondence 1-2", "disclose")


def test_what_passes_has_the_same_keys(desk: Folder) -> None:
    document = check(desk, a_mail(CLERK, [RESIDENT]), CLERK, [RESIDENT], "--json").json
    keys = {"verdict", "council", "sender", "findings", "disclosed", "footer"}
    assert document.keys() >= keys
    assert document["sender"].items() >= {"person": "c-clerk", "roles": ["proper-officer"]}.items()
    assert (document["verdict"], document["findings"], document["disclosed"], document["footer"]) == (
        "pass",
        [],
        [],
        "",
    )


def test_people_are_told_the_verdict_the_clause_and_the_words(desk: Folder) -> None:
    done = check(desk, a_mail(JANE, [RESIDENT], BINDING), JANE, [RESIDENT])
    page = " ".join(done.out.split())
    assert done.status == 0
    assert all(words in page for words in ("hold", "Stotfold, Correspondence 3", BINDING))


def test_nothing_is_stored(desk: Folder) -> None:
    check(desk, a_mail(JANE, [RESIDENT], BINDING), JANE, [RESIDENT])
    assert not list(desk.path.glob("var/*.db*"))


def test_the_day_is_that_of_the_date_field_or_the_one_given(desk: Folder) -> None:
    former = f"fay.former@{D}"
    old = a_mail(former, [RESIDENT], BINDING).replace(b"Tue, 03 Feb 2026", b"Tue, 02 May 2023")
    days = ([], ["--at", "2026-02-03"], ["--at", "2023-05-08"], ["--at", "2023-05-09"])
    (desk.path / "old.eml").write_bytes(old)
    words = ("check", "old.eml", "--sender", former, "--recipient", RESIDENT, "--json")
    answers = desk.run_each(*((*words, *day) for day in days))
    assert [answer.json["verdict"] for answer in answers] == ["hold", "pass", "hold", "pass"]


def test_the_account_goes_before_the_reverse_path(desk: Folder) -> None:
    done = check(
        desk, a_mail("x@else.example", [RESIDENT], BINDING), "x@else.example", [RESIDENT], "--json", "--account", JANE
    )
    assert (done.json["sender"]["person"], done.json["verdict"]) == ("j-smith", "hold")


def test_on_an_incoming_door_it_is_from_outside(desk: Folder) -> None:
    done = check(desk, a_mail(JANE, [CLERK], BINDING), JANE, [CLERK], "--json", "--direction", "incoming")
    assert (done.json["sender"]["person"], done.json["verdict"]) == (None, "pass")


def test_monitor_mode_says_what_it_would_have_done(desk: Folder) -> None:
    jane = "jane.smith@watchful.example"
    document = check(desk, a_mail(jane, [RESIDENT], BINDING), jane, [RESIDENT], "--json").json
    assert (document["council"], document["verdict"], document["findings"][0]["action"]) == ("watchful", "hold", "hold")


def test_a_file_that_is_not_there_is_wrong_usage(desk: Folder) -> None:
    done = desk.run("check", "absent.eml", "--sender", JANE, "--recipient", RESIDENT)
    assert (done.status, done.out) == (2, "")
    assert "absent.eml" in done.err


@pytest.mark.parametrize("octets", [b"", b"\x00\xff\xfe", b"no header at all", b"\r\n.\r\n" * 50])
def test_scraps_are_judged_or_refused_but_never_break_it(desk: Folder, octets: bytes) -> None:
    done = check(desk, octets, JANE, [RESIDENT], "--json")
    assert done.status in (0, 2)
    assert "Traceback" not in done.err
    assert done.status == 2 or json.loads(done.out)["verdict"] in ("hold", "pass", "flag")


def test_the_default_file_is_named_by_the_environment_and_by_its_usual_place(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = Folder(tmp_path_factory.mktemp("place"))
    folder.council("stotfold")
    text = configuration(listener("relay", 10025, "127.0.0.1:10026"), "stotfold").replace('"councils/', '"../councils/')
    usual = folder.write("config/gatekeeper.toml", text)
    (folder.path / "m.eml").write_bytes(a_mail(CLERK, [RESIDENT]))
    words = ("check", "m.eml", "--sender", CLERK, "--recipient", RESIDENT, "--json")
    assert folder.run(*words, config=False).json["council"] == "stotfold"
    usual.rename(folder.path / "config" / "other.toml")
    assert folder.run(*words, config=False).status == 2
    folder.environment["GATEKEEPER_CONFIG"] = str(folder.path / "config" / "other.toml")
    assert folder.run(*words, config=False).json["council"] == "stotfold"


def test_councils_are_told_apart_by_their_people(desk: Folder) -> None:
    assert council_entry("brixton") in (desk.path / "gatekeeper.toml").read_text()
    clerk = "clerk@brixton.example"
    document = check(desk, a_mail(clerk, [RESIDENT]), clerk, [RESIDENT, "jane.smith@brixton.example"], "--json").json
    assert (document["council"], document["footer"]) == ("brixton", "CC councillor Jane Smith")
