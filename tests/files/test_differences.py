"""What changed is told in sentences, and nothing is told where nothing changed."""

from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.files.differences import diff_protocol, diff_register
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.register import parse_register
from tests.files.configs import CONFIGS

TEXT = (CONFIGS / "good" / "stotfold" / "councils" / "stotfold" / "register.toml").read_text()


def changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return diff_register(parse_register(TEXT, "s"), parse_register(text, "s"))


def a_protocol(text: str = "", pack: str = "stotfold") -> CouncilProtocol:
    return parse_protocol(f'pack = "{pack}"\n{text}', "s")


def test_nothing_is_told_where_nothing_changed() -> None:
    assert changed(("[council]", "# a remark\n[council]")) == ()
    assert diff_protocol(a_protocol(), a_protocol("# a remark")) == ()


def test_a_changed_person_is_told_address_by_address_and_office_by_office() -> None:
    assert changed(
        ("cllr.smith@", "cllr.j.smith@"),
        ('{ role = "chair", body = "planning", from = 2024-05-14 }', '{ role = "mayor", from = 2026-05-12 }'),
        ('["janes@mail.example"]', "[]"),
    ) == (
        "Jane Smith (j-smith), addresses: cllr.j.smith@stotfold.example is new.",
        "Jane Smith (j-smith), addresses: cllr.smith@stotfold.example is no longer there.",
        "Jane Smith (j-smith), private addresses: janes@mail.example is no longer there.",
        "Jane Smith (j-smith), appointments: mayor from 2026-05-12 is new.",
        "Jane Smith (j-smith), appointments: chair (planning) from 2024-05-14 is no longer there.",
    )


def test_whoever_comes_and_goes_is_told() -> None:
    assert changed(('"a-jones"', '"b-jones"'), ("ann.jones", "bea.jones"), ("Ann Jones", "Bea Jones")) == (
        "Bea Jones (b-jones) is new.",
        "Ann Jones (a-jones) is no longer there.",
        "The group councillors@stotfold.example: b-jones is new.",
        "The group councillors@stotfold.example: a-jones is no longer there.",
    )


def test_contacts_agreements_and_the_council_itself_are_told() -> None:
    assert changed(
        ("Stotfold Town Council", "Stotfold"),
        ("news@comet", "desk@comet"),
        ("minute 25/114", "minute 25/115"),
        ("until = 2026-06-30", "until = 2026-07-31"),
    ) == (
        "The council is called Stotfold; it was Stotfold Town Council.",
        "The contact The Comet (press): desk@comet.example is new.",
        "The contact The Comet (press): news@comet.example is no longer there.",
        "The agreements: direct-channel of j-smith with p-planner, Planning application 26/0114, minute 25/115"
        " from 2026-01-10 until 2026-07-31 is new.",
        "The agreements: direct-channel of j-smith with p-planner, Planning application 26/0114, minute 25/114"
        " from 2026-01-10 until 2026-06-30 is no longer there.",
    )


def test_a_changed_protocol_is_told_setting_by_setting() -> None:
    after = a_protocol(
        'mode = "monitor"\n[rules.silent-copy]\naction = "hold"\nwords = "No silent copies."\n'
        '[rules.press.options]\nrelease = "hold"\n[disclosure]\nnotify_outsiders = true\n'
        "[elections]\nperiods = [{ from = 2027-03-22, until = 2027-05-06 }]\n"
        '[clauses.extra]\ncitation = "Stotfold, Extra"\neffect = "More."\n'
    )
    assert diff_protocol(a_protocol(), after) == (
        "The mode: monitor; it was enforce.",
        "Late disclosure notices to outsiders: yes; it was no.",
        "Pre-election periods: 2027-03-22 to 2027-05-06 is new.",
        "The rule silent-copy: hold; it was disclose.",
        "The rule silent-copy, the council's wording: No silent copies.; it was nothing.",
        "The rule press, options: release = hold, sensitive_release = hold, commitment = flag; it was release = flag,"
        " sensitive_release = hold, commitment = flag.",
        "The clause Stotfold, Extra is new.",
    )


def test_another_pack_is_told_rule_by_rule() -> None:
    told = diff_protocol(a_protocol(), a_protocol(pack="knutsford"))
    assert "The pack: knutsford; it was stotfold." in told
    assert "The rule silent-copy: hold; it was disclose." in told
    assert "The rule principal-council-copy: flag; it was off." in told
    assert "The clause Knutsford 5.1 is new." in told
    assert "The clause Stotfold, Press is no longer there." in told
