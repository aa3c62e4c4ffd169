"""A council's member-officer protocol: its clauses, and what each rule does there."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from gatekeeper.core.finding import RULE_FAILED, UNREADABLE, Action, Finding
from gatekeeper.core.footer import Position


class Mode(StrEnum):
    ENFORCE = "enforce"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the adopted text. `citation` is how notices name it ("Stotfold, Correspondence 3"); `effect` is
    its effect in gatekeeper's words; `place` says where it stands; `words` is the council's own text, if supplied."""

    id: str
    citation: str
    effect: str
    place: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """What one rule does in this council. `clauses` are clause ids, the first being the one that is cited.

    `unless` lists the exceptions that lower the action to flag: consent, authority, signatory. `options` are the rule's
    own; one that is named after a finding's kind and holds an action is the action for that kind. `cites` names the
    clause for a kind where it is not the first. `words` is the council's own text, quoted where given.
    """

    rule: str
    action: Action
    clauses: tuple[str, ...]
    words: str = ""
    unless: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    cites: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def action_for(self, kind: str) -> Action:
        given = self.options.get(kind) if kind else None
        return Action(given) if isinstance(given, str) and given in set(Action) else self.action


class Unalterable(StrEnum):
    """What happens to a disclosure that cannot be written into the body."""

    NOTICE = "notice"
    WRAP = "wrap"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Unread:
    """What happens where a text could not be read although the message could."""

    attachment: Action = Action.FLAG
    encrypted: Action = Action.FLAG
    language: Action = Action.FLAG


@dataclass(frozen=True, slots=True)
class FooterStyle:
    """`template` has the fields {name} or {group}; see `config/protocols`."""

    template: str = "CC Councillor {name}"
    group_template: str = "CC {group}"
    position: Position = Position.OWN_TEXT


@dataclass(frozen=True, slots=True)
class CouncilProtocol:
    """The protocol in force for a council. `version` is a digest of everything here."""

    council: str
    pack: str
    title: str
    short: str
    rules: Mapping[str, RulePolicy]
    clauses: Mapping[str, Clause]
    mode: Mode = Mode.ENFORCE
    adopted: date | None = None
    review: date | None = None
    footer: FooterStyle = FooterStyle()
    unalterable: Unalterable = Unalterable.NOTICE
    notify_outsiders: bool = False
    unread: Unread = Unread()
    join_seconds: int = 0
    needless_holds: float = 0.01
    answer_days: int = 15
    answer_unit: str = "calendar"
    elections: tuple[tuple[date, date], ...] = ()
    version: str = ""

    @property
    def discloses_copies(self) -> bool:
        """Whether whoever received a message is to be told of its silent copies."""
        policy = self.rules.get("silent-copy")
        return self.mode is Mode.ENFORCE and policy is not None and policy.action is Action.DISCLOSE

    def action_for(self, finding: Finding) -> Action:
        """What this council does about the finding. What could not be judged is always held."""
        if finding.rule in (UNREADABLE, RULE_FAILED):
            return Action.HOLD
        policy = self.rules.get(finding.rule)
        if policy is None or policy.action is Action.OFF:
            return Action.OFF
        if finding.exceptions and any(e in policy.unless for e in finding.exceptions):
            return Action.FLAG
        return finding.asks if finding.asks is not None else policy.action_for(finding.kind)

    def clause_for(self, finding: Finding) -> Clause | None:
        """The clause that is cited, with the council's wording for that rule where it gave one."""
        policy = self.rules.get(finding.rule)
        if policy is None or not policy.clauses:
            return None
        clause = self.clauses.get(policy.cites.get(finding.kind, policy.clauses[0]))
        return replace(clause, words=policy.words) if clause is not None and policy.words else clause
