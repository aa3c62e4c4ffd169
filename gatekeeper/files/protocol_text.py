"""A protocol as protocol.toml: its pack, and what this council has otherwise."""

from collections.abc import Iterator

from gatekeeper.core.protocol import Clause, CouncilProtocol, RulePolicy
from gatekeeper.files.packs import EXEMPTIONS, Pack, Packs
from gatekeeper.files.toml_text import toml_key, toml_lines, toml_value


def protocol_text(protocol: CouncilProtocol, packs: Packs | None = None) -> str:
    """The text from which `parse_protocol`, with the same packs, gives this protocol again. General settings are all
    written out; of rules and clauses those that differ from the pack."""
    pack = (packs or Packs()).get(protocol.pack)
    blocks = [_head(protocol, pack), *_sections(protocol)]
    for rule, policy in protocol.rules.items():
        if lines := _rule(policy, pack.rules.get(rule)):
            blocks.append([f"[rules.{toml_key(rule)}]", *lines])
    for id, clause in protocol.clauses.items():
        if lines := _clause(clause, pack.cited(id, protocol.short)):
            blocks.append([f"[clauses.{toml_key(id)}]", *lines])
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _head(protocol: CouncilProtocol, pack: Pack) -> list[str]:
    own = {k: getattr(protocol, k) for k in ("title", "short", "adopted", "review")}
    changed = {k: v for k, v in own.items() if v != getattr(pack, k)}
    return toml_lines(
        {"pack": protocol.pack, "mode": protocol.mode.value, "join_seconds": protocol.join_seconds, **changed}
    )


def _sections(protocol: CouncilProtocol) -> Iterator[list[str]]:
    footer, unread = protocol.footer, protocol.unread
    yield [
        "[footer]",
        *toml_lines({"template": footer.template, "group_template": footer.group_template}),
        f"position = {toml_value(footer.position.value)}",
    ]
    values = {"unalterable": protocol.unalterable.value, "notify_outsiders": protocol.notify_outsiders}
    yield ["[disclosure]", *toml_lines(values)]
    values = {k: getattr(unread, k).value for k in ("attachment", "encrypted", "language")}
    yield ["[unread]", *toml_lines(values)]
    yield ["[detection]", *toml_lines({"needless_holds": protocol.needless_holds})]
    yield ["[enquiries]", *toml_lines({"answer_days": protocol.answer_days, "unit": protocol.answer_unit})]
    periods = [{"from": since, "until": until} for since, until in protocol.elections]
    yield ["[elections]", f"periods = {toml_value(periods)}"]


def _rule(policy: RulePolicy, before: RulePolicy | None) -> list[str]:
    """What the council says of a rule; an option or a list that was emptied has to be said too."""
    if policy == before:
        return []
    lines = toml_lines({"action": policy.action.value}) if before is None or policy.action != before.action else []
    if policy.clauses != (before.clauses if before else ()):
        lines.append(f"clauses = {toml_value(policy.clauses)}")
    if policy.words != (before.words if before else ""):
        lines.append(f"words = {toml_value(policy.words)}")
    if policy.unless != (before.unless if before else EXEMPTIONS):
        lines.append(f"unless = {toml_value(policy.unless)}")
    known = before.options if before else {}
    changed = {k: v for k, v in policy.options.items() if k not in known or known[k] != v}
    cited = {k: v for k, v in policy.cites.items() if not before or before.cites.get(k) != v}
    return lines + toml_lines({"options": changed, "cites": cited})


def _clause(clause: Clause, before: Clause | None) -> list[str]:
    parts = ("citation", "effect", "place", "words")
    changed = {k: getattr(clause, k) for k in parts if before is None or getattr(before, k) != getattr(clause, k)}
    return [f"{k} = {toml_value(v)}" for k, v in changed.items()]
