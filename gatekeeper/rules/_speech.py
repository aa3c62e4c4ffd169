"""What the three rules about binding words share: whose words are read, and one assessment for all three."""

from collections.abc import Iterator
from functools import lru_cache

from gatekeeper.core.case import Case
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.message import Text
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.detect.speech import Act, Scored, Setting, assess_each, threshold
from gatekeeper.rules._exceptions import exceptions_of


def in_a_councillors_name(parties: Parties) -> bool:
    """Whether the message goes in a councillor's name: by account, reverse-path, From or Sender."""
    return parties.sender.ours and parties.sender.councillor is not None


@lru_cache(maxsize=8)
def _assessed(texts: tuple[Text, ...], setting: Setting, least: float) -> tuple[tuple[Text, Scored], ...]:
    """Each sentence that scores `least` or stands on the floor once, though plain text and HTML both have it."""
    found: dict[tuple[Act, str], tuple[Text, Scored]] = {}
    for text, sentences in zip(texts, assess_each(texts, setting, least=least), strict=True):
        for scored in sentences:
            found.setdefault((scored.act, " ".join(scored.words.split())), (text, scored))
    return tuple(found.values())


def findings(case: Case, act: Act, rule: str) -> Iterator[Finding]:
    """A finding for each sentence of the author's own that does this; what only the Proper Officer gets and tells him
    to do something is flagged, as he takes it as a wish."""
    councillor = case.parties.sender.councillor
    if not in_a_councillors_name(case.parties) or councillor is None:
        return
    kinds = case.parties.kinds
    only_clerk = kinds == {Kind.CLERK.value}
    enough = threshold(case.protocol.needless_holds)
    for text, scored in _assessed(case.message.texts, Setting(councillor.roles, kinds), enough):
        if scored.act is act and (scored.floor or scored.score >= enough):
            exceptions, cites = exceptions_of(case, councillor, scored.words)
            yield Finding(
                rule,
                evidence=scored.words,
                where=f"{text.where} {text.name}".strip(),
                reason=scored.reason,
                asks=Action.FLAG if only_clerk and act is Act.INSTRUCTION else None,
                exceptions=exceptions,
                cites=cites,
                score=scored.score,
            )
