"""protocol.toml: a shipped pack, and what this council changes in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from gatekeeper.core.finding import RULE_FAILED, UNREADABLE, Action
from gatekeeper.core.protocol import Clause, CouncilProtocol, Mode, RulePolicy, Unalterable, Unread
from gatekeeper.files.faults import Faults
from gatekeeper.files.names import span_in
from gatekeeper.files.packs import (
    ACTIONS,
    ALWAYS_PASSES,
    DISCLOSING,
    RULES,
    Pack,
    Packs,
    clauses_in,
    footer_in,
    policy_in,
)
from gatekeeper.files.protocol_digest import with_version
from gatekeeper.files.table import Table, instead, told
from gatekeeper.files.toml_text import read_text, read_toml


class Unit(StrEnum):
    """Which days count towards an answer."""

    CALENDAR = "calendar"
    WORKING = "working"


def load_protocol(path: Path, council: str, packs: Packs | None = None) -> CouncilProtocol:
    """The protocol of that file over its pack. Raises `Unusable` with a line for every fault."""
    return parse_protocol(read_text(path, f"protocol of the council {council}"), council, str(path), packs)


def parse_protocol(text: str, council: str, name: str = "protocol.toml", packs: Packs | None = None) -> CouncilProtocol:
    """The protocol in a text; `name` is what faults call the file. Raises `Unusable` with a line for every fault.

    `CouncilProtocol.version` is a digest of everything in force, the pack's part included.
    """
    packs = packs or Packs()
    faults = Faults(name)
    top = Table(read_toml(text, name), faults)
    pack = _pack(top, packs)
    clauses = _clauses(top, pack)
    protocol = _general(
        top,
        CouncilProtocol(
            council=council,
            pack=pack.name,
            title=top.text("title", default=pack.title, example=pack.title, filled=True),
            short=top.text("short", default=pack.short, example=pack.short, filled=True),
            rules=MappingProxyType(_rules(top, pack, clauses, packs)),
            clauses=MappingProxyType(clauses),
            adopted=top.day("adopted") or pack.adopted,
            review=top.day("review") or pack.review,
            footer=footer_in(top, pack.footer),
        ),
    )
    top.done()
    faults.raise_if_any()
    return with_version(protocol)


def _pack(top: Table, packs: Packs) -> Pack:
    names = packs.names()
    name = top.text("pack", example="stotfold")
    try:
        return packs.get(name)
    except KeyError:
        if name.strip():
            top.wrong("pack", f"there is no pack {told(name)}", instead(name, names))
        return replace(packs.get(names[0]))


def _clauses(top: Table, pack: Pack) -> dict[str, Clause]:
    """The pack's clauses, cited by the council's own name where it has given one, and the council's own."""
    short = top.text("short", default=pack.short, example=pack.short, filled=True)
    found = {id: c for id in pack.clauses if (c := pack.cited(id, short)) is not None}
    found.update((c.id, c) for c in clauses_in(top, found))
    return found


def _general(top: Table, protocol: CouncilProtocol) -> CouncilProtocol:
    disclosure, unread, detection, enquiries, elections = (
        top.table(k) for k in ("disclosure", "unread", "detection", "enquiries", "elections")
    )
    found = replace(
        protocol,
        mode=top.choice("mode", Mode, Mode.ENFORCE),
        join_seconds=top.whole("join_seconds", 0, low=0, high=120),
        unalterable=disclosure.choice("unalterable", Unalterable, Unalterable.NOTICE),
        notify_outsiders=disclosure.yes("notify_outsiders", False),
        unread=_unread(unread),
        needless_holds=detection.number("needless_holds", 0.01, low=0.0001, high=0.5),
        answer_days=enquiries.whole("answer_days", 15, low=1, high=365),
        answer_unit=enquiries.choice("unit", Unit, Unit.CALENDAR).value,
        elections=_periods(elections),
    )
    for table in (disclosure, unread, detection, enquiries, elections):
        table.done()
    return found


def _unread(table: Table) -> Unread:
    wanted = (Action.OFF, Action.FLAG, Action.HOLD, Action.REFUSE)
    return Unread(*(table.choice(k, wanted, Action.FLAG) for k in ("attachment", "encrypted", "language")))


def _periods(table: Table) -> tuple[tuple[date, date], ...]:
    found = []
    for period in table.tables("periods", inline=True):
        since, until = span_in(period, required=True)
        if until is None and not period.has("until"):
            period.wrong("until", "it is missing", "write the day of the election, as in until = 2027-05-06")
        period.done()
        if since and until:
            found.append((since, until))
    return tuple(found)


# --- rules ---------------------------------------------------------------------------------------------------------


def _rules(top: Table, pack: Pack, clauses: Mapping[str, Clause], packs: Packs) -> dict[str, RulePolicy]:
    section = top.table("rules")
    found = dict(pack.rules)
    for rule in section.names():
        table = section.table(rule)
        if rule in (UNREADABLE, RULE_FAILED):
            section.wrong(rule, "what could not be judged is always held", "remove it; see [unread] for single texts")
            table.values()
        elif rule not in RULES:
            section.wrong(rule, "this rule is unknown", f"{instead(rule, RULES)} (known are {', '.join(RULES)})")
            table.values()
        else:
            before = found.get(rule)
            found[rule] = policy_in(table, rule, _action(table, rule, before), before, clauses)
            _options(table, rule, packs)
    section.done()
    return found


def _action(table: Table, rule: str, before: RulePolicy | None) -> Action:
    """`before` where the council says nothing of it; a rule that the pack has not got needs a word."""
    if not table.has("action") and before is not None:
        return before.action
    action = table.required_choice("action", ACTIONS) or Action.HOLD
    if rule == ALWAYS_PASSES:
        table.wrong("action", "mail to protected channels always passes", "remove it")
    elif action is Action.DISCLOSE and rule not in DISCLOSING:
        said = f"{rule} has no copy to disclose, so its mail would simply pass"
        table.wrong("action", said, 'write "flag" to let it pass, or "hold"')
    return action


def _options(table: Table, rule: str, packs: Packs) -> None:
    """An option that the rule does not know would do nothing, and nobody would notice."""
    known = packs.options_of(rule)
    options = table.table("options")
    for key, value in options.values().items():
        if key not in known:
            options.wrong(key, f"the rule {rule} has no such option", instead(key, known, verb="remove it, or write"))
        elif type(value) is not type(known[key]):
            options.wrong(key, f"{told(value)} is of another kind", f"write for example {told(known[key])}")
        elif known[key] in list(Action) and value not in list(Action):
            options.wrong(key, f"{told(value)} is unknown", instead(value, [a.value for a in Action]))
