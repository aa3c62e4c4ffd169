"""From findings to a verdict: the gravest action any finding asks for, with every disclosure."""

from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.protocol import Clause, CouncilProtocol


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with what the council's protocol makes of it."""

    finding: Finding
    action: Action
    clause: Clause | None

    @property
    def citation(self) -> str:
        return self.clause.citation if self.clause else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`action` is what happens; `disclosed` the persons whose copies are disclosed where the message goes out."""

    action: Action
    judged: tuple[Judged, ...]
    disclosed: tuple[str, ...]
    protocol_version: str

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(j.finding.rule for j in self.judged))

    @property
    def clauses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(j.citation for j in self.judged if j.clause))

    @property
    def gravest(self) -> Judged | None:
        """The finding that decided."""
        return max(self.judged, key=lambda j: j.action.gravity, default=None)


def decide(findings: Iterable[Finding], protocol: CouncilProtocol) -> Verdict:
    """The gravest action any finding asks for, with every disclosure; no finding at all passes.

    Findings of clauses that are off in this council are left out.
    """
    judged = tuple(
        Judged(f, action, protocol.clause_for(f))
        for f in findings
        if (action := protocol.action_for(f)) is not Action.OFF
    )
    action = max((j.action for j in judged), key=lambda a: a.gravity, default=Action.PASS)
    disclosed = dict.fromkeys(p for j in judged if j.action is Action.DISCLOSE for p in j.finding.disclose)
    return Verdict(action, judged, tuple(disclosed), protocol.version)
