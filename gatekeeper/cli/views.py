"""Records as the JSON that other programs read. The keys are public; more may be added, none is taken away."""

from gatekeeper.cli.render import stamp
from gatekeeper.core.changes import Delivery
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.held import HeldMessage
from gatekeeper.core.verdict import Judged
from gatekeeper.services.checking import Checked
from gatekeeper.services.review import Shown

DECISIONS = frozenset({Kind.RELEASED, Kind.RETURNED, Kind.DECLINED, Kind.WITHDRAWN, Kind.REASSIGNED})


def held_view(held: HeldMessage) -> dict[str, object]:
    return {
        "reference": held.reference,
        "council": held.council,
        "state": held.state.value,
        "received_at": stamp(held.received_at),
        "due_at": stamp(held.due_at),
        "sender": held.sender,
        "recipients": [str(p) for p in held.rcpt_to],
        "subject": held.subject,
        "message_id": held.message_id,
        "rules": list(held.verdict.rules),
        "clauses": list(held.verdict.clauses),
        "author": held.author or None,
        "reviewer": held.reviewer or None,
        "decided_at": stamp(held.decided_at),
        "decided_by": held.decided_by or None,
        "reason": held.reason or None,
        "size": held.size,
    }


def shown_view(shown: Shown) -> dict[str, object]:
    history = [event_view(e) for e in shown.history]
    return {
        **held_view(shown.held),
        "findings": [finding_view(j) for j in shown.held.verdict.judged],
        "history": history,
        "decisions": [event_view(e) for e in shown.history if e.kind in DECISIONS],
        "deliveries": [delivery_view(d) for d in shown.deliveries],
    }


def finding_view(judged: Judged) -> dict[str, object]:
    f = judged.finding
    return {
        "rule": f.rule,
        "clause": judged.citation,
        "action": judged.action.value,
        "evidence": f.evidence,
        "where": f.where,
        "reason": f.reason,
        "effect": judged.clause.effect if judged.clause else "",
        "words": judged.clause.words if judged.clause else "",
        "score": round(f.score, 4),
    }


def delivery_view(delivery: Delivery) -> dict[str, object]:
    return {
        "purpose": delivery.purpose.value,
        "notice": delivery.notice or None,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next_at": stamp(delivery.next_at),
        "recipients": [
            {"recipient": str(r.path), "state": r.state.value, "reply": r.reply} for r in delivery.recipients
        ],
    }


def event_view(event: Event) -> dict[str, object]:
    d = event.details
    return {
        "at": stamp(event.at),
        "event": event.kind.value,
        "reference": event.reference,
        "council": event.council,
        "message_id": d.get("message_id", ""),
        "sender": d.get("sender", ""),
        "recipients": list(d.get("recipients", ())),
        "subject": d.get("subject", ""),
        "verdict": event.verdict,
        "rules": list(event.rules),
        "clauses": list(event.clauses),
        "actor": d.get("actor", "gatekeeper"),
        "sentence": event.sentence,
        "id": event.id,
        "reason": d.get("reason", ""),
        "facts": dict(event.facts),
    }


def checked_view(checked: Checked) -> dict[str, object]:
    j = checked.judgement
    sender = j.parties.sender if j.parties else None
    return {
        "verdict": checked.verdict,
        "council": j.council_id,
        "sender": {
            "person": sender.holder.id if sender and sender.holder else None,
            "roles": sorted(r.value for r in sender.holder.roles) if sender and sender.holder else [],
            "ours": bool(sender and sender.ours),
        },
        "findings": [finding_view(x) for x in checked.judged],
        "disclosed": list(checked.disclosed),
        "footer": "\n".join(checked.footer),
        "disclosure": checked.disclosure.value or None,
        "protocol": j.verdict.protocol_version,
        "plan": type(j.plan).__name__.lower(),
        "protected_channel": checked.channel or None,
        "recipients": [
            {"address": str(r.path), "person": r.holder.id if r.holder else None, "kind": r.kind, "sight": r.sight}
            for r in (j.parties.recipients if j.parties else ())
        ],
    }
