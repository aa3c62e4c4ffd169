"""The five packs against the table of rules and clauses that they are made from."""

import pytest

from gatekeeper.core.finding import Action
from gatekeeper.files.packs import EXEMPTIONS, RULES, Pack, Packs

NAMES = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire")

SAME = "same"
ABSENT = "-"

# A cell is "clauses: action"; the first clause is the one that is cited. Brixton adopted what Stotfold adopted.
TABLE = {
    "silent-copy": ("Correspondence 1-2: disclose", SAME, "5.1: hold", "13.1: hold", ": flag"),
    "copied-correspondence": ("Correspondence 1: disclose", SAME, "5.1: hold", "13.1: hold", ": flag"),
    "obligation": ("Correspondence 3: hold", SAME, "5.3: hold", "13.4: hold", "5.1.2, 7.1: flag"),
    "instruction": (
        "Correspondence 3, General Principles: hold",
        SAME,
        "5.3, 3.7: hold",
        "13.4, 3.9, 5.6, 8.3-8.4: hold",
        "5.1.2: hold",
    ),
    "financial-authority": ("Officers can expect: hold", SAME, "2.5: hold", "3.9(c): hold", "5.1.2: hold"),
    "official-letter": ("Correspondence 3: hold", SAME, "5.2: hold", "13.2, 13.3: hold", "7.1: flag"),
    "proper-channel": ("General Principles: flag", SAME, "3.7: flag", "5.6: flag", ABSENT),
    "confidential-onward": ("Correspondence 4: hold", SAME, "5.4: hold", "11.7: hold", "6.1.3: hold"),
    "confidential-reason": ("Correspondence 4: flag", SAME, "5.4: flag", ABSENT, ABSENT),
    "protective-marking": (ABSENT, ABSENT, ABSENT, ABSENT, "6.1.6(b): refuse"),
    "member-confidence": (ABSENT, ABSENT, ABSENT, "11.8: hold", "2.4.10: flag"),
    "press": ("Press: flag", SAME, "6.1-6.3: flag", "12.2, 12.4, 12.5(a), 12.5(c), 12.5(e): flag", "7.1.1-7.1.3: flag"),
    "individual-capacity": (ABSENT, ABSENT, ABSENT, "13.5: flag", "7.1.2: flag"),
    "council-account": (ABSENT, ABSENT, ABSENT, "13.6: flag", "6.1.6(b): hold"),
    "principal-council-copy": (ABSENT, ABSENT, "Appendix, Councillor: flag", ABSENT, ABSENT),
    "members-enquiry": ("Expectations: flag", SAME, "2.9: flag", "5.7: flag", "6.2-6.6: flag"),
    "party-political": (
        "Officers can expect, Press: flag",
        SAME,
        "2.5, 2.14, 6.1: flag",
        "9.3, 12.2, 15.1, 15.3: flag",
        "2.2, 4.1.2: flag",
    ),
    "public-criticism": ("Relationship: flag", SAME, "3.4: flag", "16.2(c): flag", "8.2: flag"),
    "acting-capacity": ("Officers (last paragraph): flag", SAME, "3.7: flag", ABSENT, ABSENT),
    "identity": (": hold", SAME, ": hold", ": hold", ": hold"),
    "safe-channel": ("If things go wrong: pass", SAME, "7: pass", "16, 3.1: pass", "8.4-8.13, 8.13: pass"),
}

# What a cell says besides: by rule and pack, and "*" for every pack that has the rule.
OPTIONS: dict[str, dict[str, dict[str, object]]] = {
    "copied-correspondence": {
        "stotfold": {"visible": "flag"},
        "brixton": {"visible": "flag"},
        "wimborne": {"stated": "flag"},
    },
    "official-letter": {
        "stotfold": {"minister_exception": "chair-of-council"},
        "brixton": {"minister_exception": "chair-of-council"},
        "wimborne": {"own_name": "mayor"},
    },
    "proper-channel": {"wimborne": {"factual_enquiry": "pass"}},
    "confidential-reason": {"*": {"notice": True}},
    "protective-marking": {"*": {"restricted": "refuse", "protected": "hold"}},
    "press": {
        "stotfold": {"release": "flag", "sensitive_release": "hold", "commitment": "flag"},
        "brixton": {"release": "flag", "sensitive_release": "hold", "commitment": "flag"},
        "knutsford": {"release": "hold", "sensitive_release": "hold", "commitment": "flag"},
        "wimborne": {"release": "hold", "sensitive_release": "hold", "commitment": "hold"},
        "central-bedfordshire": {"release": "flag", "sensitive_release": "flag", "commitment": "flag"},
    },
    "individual-capacity": {
        "wimborne": {"notice": True, "media_only": False},
        "central-bedfordshire": {"notice": False, "media_only": True},
    },
    "council-account": {
        "wimborne": {"notice": True, "only_marked": False},
        "central-bedfordshire": {"notice": False, "only_marked": True},
    },
    "principal-council-copy": {"*": {"notice": True}},
    "members-enquiry": {"*": {"report_only": True}, "central-bedfordshire": {"report_only": False}},
    "acting-capacity": {"stotfold": {"role_follows_account": True}, "brixton": {"role_follows_account": True}},
    "identity": {"*": {"otherwise": "flag"}},
}

CELLS = [(rule, name) for rule in TABLE for name in NAMES]


def cell(rule: str, name: str) -> str:
    row = TABLE[rule]
    found = row[NAMES.index(name)]
    return row[0] if found == SAME else found


def pack(name: str) -> Pack:
    return Packs().get(name)


def test_the_table_has_every_rule_that_a_protocol_may_name() -> None:
    assert set(TABLE) == set(RULES)
    assert set(Packs().names()) == set(NAMES)


@pytest.mark.parametrize(("rule", "name"), CELLS)
def test_a_rule_does_in_each_council_what_its_cell_says(rule: str, name: str) -> None:
    policy = pack(name).rules.get(rule)
    if cell(rule, name) == ABSENT:
        assert policy is None
        return
    assert policy is not None
    clauses, _, action = cell(rule, name).rpartition(": ")
    assert policy.action is Action(action)
    comma = ", " if name in ("stotfold", "brixton") else " "
    listed = [clauses] if clauses.startswith("Appendix") else clauses.split(", ") if clauses else []
    wanted = [f"{pack(name).short}{comma}{c}" for c in listed]
    assert [pack(name).clauses[c].citation for c in policy.clauses] == wanted


@pytest.mark.parametrize(("rule", "name"), CELLS)
def test_a_rule_distinguishes_what_its_cell_distinguishes(rule: str, name: str) -> None:
    policy = pack(name).rules.get(rule)
    by_pack = OPTIONS.get(rule, {})
    wanted = by_pack.get(name, by_pack.get("*", {}))
    assert (dict(policy.options) if policy else {}) == (wanted if policy else {})


@pytest.mark.parametrize("name", NAMES)
def test_every_clause_is_cited_by_a_rule_and_says_where_it_stands(name: str) -> None:
    found = pack(name)
    assert {c for r in found.rules.values() for c in (*r.clauses, *r.cites.values())} == set(found.clauses)
    for clause in found.clauses.values():
        assert clause.citation.startswith(found.short)
        assert clause.effect.endswith(".")
        assert "  " not in clause.effect
        assert clause.place
        assert not clause.words


def test_exceptions_hold_everywhere_but_where_the_text_knows_fewer() -> None:
    for name in NAMES:
        for rule, policy in pack(name).rules.items():
            special = {"financial-authority": ("authority", "signatory")} if name == "wimborne" else {}
            wanted = special.get(rule, () if rule == "protective-marking" else EXEMPTIONS)
            assert policy.unless == wanted, (name, rule)


def test_brixton_writes_its_footer_with_a_small_c() -> None:
    assert pack("brixton").footer.template == "CC councillor {name}"
    assert {pack(n).footer.template for n in NAMES if n != "brixton"} == {"CC Councillor {name}"}
