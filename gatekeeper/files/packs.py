"""The shipped protocol packs: one council's adopted text each, as clauses and what the rules do about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from gatekeeper.core.finding import Action
from gatekeeper.core.footer import Position
from gatekeeper.core.protocol import Clause, FooterStyle, RulePolicy
from gatekeeper.files.faults import Faults, Faulty
from gatekeeper.files.table import Table, instead, told
from gatekeeper.files.toml_text import read_text, read_toml
from gatekeeper.shipped import config_folder

RULES = tuple(
    """silent-copy copied-correspondence obligation instruction financial-authority official-letter proper-channel
    confidential-onward confidential-reason protective-marking member-confidence press individual-capacity
    council-account principal-council-copy members-enquiry party-political public-criticism acting-capacity identity
    safe-channel""".split()
)
"""Every rule that a protocol may name."""

DISCLOSING = frozenset({"silent-copy", "copied-correspondence"})
"""The rules that can disclose a copy; for any other, `disclose` would let the mail pass with nothing disclosed."""

ALWAYS_PASSES = "safe-channel"
"""Protected channels outrank every clause, so no protocol changes this."""

ACTIONS = (Action.OFF, Action.FLAG, Action.DISCLOSE, Action.HOLD, Action.REFUSE)

_ID = re.compile(r"[a-z0-9][a-z0-9.()-]{0,63}")
_FIELD = re.compile(r"\{[^{}]*\}")


class Exemption(StrEnum):
    """What lowers a clause to a flag: a recorded agreement, or a registered signatory."""

    CONSENT = "consent"
    AUTHORITY = "authority"
    SIGNATORY = "signatory"


EXEMPTIONS = tuple(e.value for e in Exemption)


@dataclass(frozen=True)
class Pack:
    """A pack as it is in its file. `rules` has every rule that its council's text gives rise to."""

    name: str
    title: str
    short: str
    adopted: date | None
    review: date | None
    footer: FooterStyle
    clauses: Mapping[str, Clause]
    rules: Mapping[str, RulePolicy]

    def cited(self, id: str, short: str) -> Clause | None:
        """A clause as a council of that short name cites it."""
        clause = self.clauses.get(id)
        if clause is None or short == self.short:
            return clause
        return replace(clause, citation=short + clause.citation.removeprefix(self.short))


class Packs:
    """The packs of some folders, the first that has one winning; the shipped ones stand last."""

    def __init__(self, *folders: Path) -> None:
        self.folders = tuple(dict.fromkeys((*folders, config_folder() / "protocols")))

    def names(self) -> tuple[str, ...]:
        return tuple(
            sorted({f.stem for folder in self.folders for f in folder.glob("*.toml") if _ID.fullmatch(f.stem)})
        )

    def get(self, name: str) -> Pack:
        """Raises `KeyError` where there is none, `Unusable` where it is faulty."""
        for folder in self.folders:
            path = folder / f"{name}.toml"
            if _ID.fullmatch(name) and path.is_file():
                return _load(path, path.stat().st_mtime_ns)
        raise KeyError(name)

    def options_of(self, rule: str) -> Mapping[str, object]:
        """The options that any pack gives the rule, each with a value as an example: all that the rule knows."""
        found: dict[str, object] = {}
        for name in self.names():
            policy = self.get(name).rules.get(rule)
            found.update(policy.options if policy else {})
        return found


@lru_cache(maxsize=32)
def _load(path: Path, _changed: int) -> Pack:
    return parse_pack(read_text(path), path.stem, str(path))


def parse_pack(text: str, name: str, file: str) -> Pack:
    """Raises `Faulty` with everything that is wrong."""
    faults = Faults(file)
    top = Table(read_toml(text, file), faults)
    short = top.text("short", example="Stotfold")
    clauses = {c.id: c for c in clauses_in(top, {})}
    pack = Pack(
        name=name,
        title=top.text("title", example="the Stotfold Member Officer Protocol"),
        short=short,
        adopted=top.day("adopted"),
        review=top.day("review"),
        footer=footer_in(top, FooterStyle()),
        clauses=MappingProxyType(clauses),
        rules=MappingProxyType({p.rule: p for p in _rules(top, clauses)}),
    )
    top.done()
    faults.raise_if_any()
    return pack


def clauses_in(top: Table, known: Mapping[str, Clause]) -> tuple[Clause, ...]:
    """`[clauses.ID]`: new ones, and what is said anew of `known` ones."""
    section = top.table("clauses")
    found = []
    for id in section.names():
        table = section.table(id)
        if not _ID.fullmatch(id):
            section.wrong(id, "this cannot be the id of a clause", 'write it as in "6.1.6(b)" or "correspondence-3"')
        found.append(_clause(table, id, known.get(id)))
    section.done()
    return tuple(found)


def _clause(table: Table, id: str, before: Clause | None) -> Clause:
    found = Clause(
        id=id,
        citation=table.text(
            "citation", default=before.citation if before else None, example="Stotfold, General 2", filled=True
        ),
        effect=table.text(
            "effect", default=before.effect if before else None, example="what the clause asks for", filled=True
        ),
        place=table.text("place", default=before.place if before else ""),
        words=table.text("words", default=before.words if before else "", lines=True),
    )
    table.done()
    return found


def footer_in(top: Table, before: FooterStyle) -> FooterStyle:
    table = top.table("footer")
    found = FooterStyle(
        template=_template(table, "template", before.template, "{name}"),
        group_template=_template(table, "group_template", before.group_template, "{group}"),
        position=table.choice("position", Position, before.position),
    )
    table.done()
    return found


def _template(table: Table, key: str, default: str, field: str) -> str:
    text = table.text(key, default=default)
    if _FIELD.findall(text) != [field] or text.count("{") != 1 or text.count("}") != 1:
        table.wrong(key, f"{field} has to stand in it once, and no other braces", f'write {key} = "{default}"')
        return default
    return text


def _rules(top: Table, clauses: Mapping[str, Clause]) -> tuple[RulePolicy, ...]:
    section = top.table("rules")
    found = []
    for rule in section.names():
        table = section.table(rule)
        if rule not in RULES:
            section.wrong(rule, "this rule is unknown", instead(rule, RULES))
        action = table.required_choice("action", (*ACTIONS, Action.PASS))
        found.append(policy_in(table, rule, action or Action.HOLD, None, clauses))
    section.done()
    return tuple(found)


def policy_in(
    table: Table, rule: str, action: Action, before: RulePolicy | None, clauses: Mapping[str, Clause]
) -> RulePolicy:
    """The rest of `[rules.X]`; what is not said stays as it was `before`."""
    options = table.table("options")
    given = {**(before.options if before else {}), **options.values()}
    found = RulePolicy(
        rule=rule,
        action=action,
        clauses=_cited(table, clauses) if table.has("clauses") else (before.clauses if before else ()),
        words=table.text("words", default=before.words if before else "", lines=True),
        unless=_unless(table) if table.has("unless") else (before.unless if before else EXEMPTIONS),
        options=MappingProxyType(given),
        cites=MappingProxyType({**(before.cites if before else {}), **_cites(table, clauses)}),
    )
    table.done(also=("action", "clauses", "unless"))
    return found


def _cited(table: Table, clauses: Mapping[str, Clause]) -> tuple[str, ...]:
    items = table.texts("clauses", example="correspondence-3")
    for item in items:
        if item.text not in clauses:
            table.faults.add(item.path, f"there is no clause {told(item.text)}", instead(item.text, clauses))
    return tuple(i.text for i in items)


def _cites(table: Table, clauses: Mapping[str, Clause]) -> dict[str, str]:
    """Kind of finding -> the clause that is cited for it."""
    cites = table.table("cites")
    found = {kind: cites.text(kind, example="correspondence-3") for kind in cites.names()}
    for kind, clause in found.items():
        if clause and clause not in clauses:
            cites.wrong(kind, f"there is no clause {told(clause)}", instead(clause, clauses))
    cites.done()
    return found


def _unless(table: Table) -> tuple[str, ...]:
    items = table.texts("unless", example=EXEMPTIONS[0])
    for item in items:
        if item.text not in EXEMPTIONS:
            table.faults.add(item.path, f"{told(item.text)} is unknown", instead(item.text, EXEMPTIONS))
    return tuple(i.text for i in items)


__all__ = ["ACTIONS", "ALWAYS_PASSES", "DISCLOSING", "EXEMPTIONS", "RULES", "Faulty", "Pack", "Packs", "parse_pack"]
