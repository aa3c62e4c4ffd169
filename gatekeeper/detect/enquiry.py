"""Whether a message asks for facts and for nothing else."""

import re
from collections.abc import Iterable

from gatekeeper.core.message import Text, Where
from gatekeeper.detect.passages import sentences

_ASKS_FACT = re.compile(
    r"^(?:\W{0,3}(?:and|also|or|please|so|just|hello|hi|a quick question|quick question|second(?:ly)?|"
    r"first(?:ly)?)\b[ ,:-]{0,3}){0,3}"
    r"(?:when|what(?! about you)|which|who|whom|whose|where|how (?:many|much|long|often|far|old|big|is|are|does|"
    r"do|did|was|were)|is|are|"
    r"was|were|does|do (?:we|you (?:know|have|happen)|they|the)|did|has|have (?:you (?:got|had|heard|received)|"
    r"we|they|the|any)|"
    r"will (?:the|it|there|this|that)|(?:can|could|would|will) (?:you|i|someone) (?:please |kindly |"
    r"possibly )?(?:tell|let|confirm|"
    r"remind|say|give me (?:the|a|an|some)|have (?:the|a) (?:date|number|figure|copy)|ask (?:what|when|which|"
    r"how many|whether|where|who)|"
    r"advise (?:me )?(?:of|on|what|when|which|whether))|"
    r"(?:grateful|be grateful) if you could (?:tell|confirm|let))\b",
    re.IGNORECASE,
)
_TELL_ME = re.compile(
    r"^(?:hello |hi |and |also )?please (?:could you |can you |would you )?(?:tell me|let me know|confirm|"
    r"remind me|advise)"
    r"(?: (?:me|us))? (?:of |about )?(?:what|when|which|who|where|how (?:many|much|long|often)|whether|if|"
    r"the (?:date|time|number|cost|price|"
    r"figure|name|status|deadline|size|total|amount|location|venue)|that)\b|"
    r"^i (?:would like|want|wanted|need|would be (?:grateful|interested|glad)|am (?:writing|trying)|"
    r"was wondering|wonder|just)"
    r"(?: just)?(?: to (?:know|ask|find out|check|learn|establish))? ?(?:what|when|which|who|where|how (?:many|"
    r"much|long)|whether|if you "
    r"(?:could|can) tell me)\b",
    re.IGNORECASE,
)
_WANTS_MORE = re.compile(
    r"\bplease (?!(?:could|can|would) you (?:tell|let|confirm|remind|advise)|tell|let me know|confirm|remind|"
    r"advise)\w+|"
    r"\b(?:can|could|would|will) (?:you|someone|the team|we) (?:please |kindly |possibly )?(?!tell|let|confirm|"
    r"remind|say|give me|have|ask|advise|be\b)\w+|"
    r"\b(?:i|we) (?:want|expect|insist|demand|require|instruct|would like|need|propose|suggest|object|complain|"
    r"think|believe|"
    r"disagree|am (?:concerned|unhappy|disappointed|appalled))\b(?! to (?:know|ask|find|check))|\bmake sure\b|"
    r"\bensure\b|"
    r"\b(?:you|it|they|this|the \w+) (?:must|should|ought|need(?:s)? to|has to|have to)\b|\bunacceptable\b|"
    r"\bnot good enough\b|"
    r"\bcomplain\w*|\bconcerns?\b|\bconcerned\b|\bwhy (?:has|have|did|is|are|was|were|do|does)n?'?t?\b|"
    r"\burgent(?:ly)?\b|\bget (?:it|this|that) "
    r"(?:done|sorted|fixed)\b|\bsort (?:it|this) out\b|\bchange (?:the|your)\b|\bi'd like (?:you|to)\b",
    re.IGNORECASE,
)
_LONGEST = 40
"""Sentences of an enquiry at most; who writes more wants more than facts."""


def is_factual(texts: Iterable[Text]) -> bool:
    """At least one question after a fact, and nothing that asks for work, urges, complains or proposes."""
    asked = False
    count = 0
    for text in texts:
        if text.where is Where.SUBJECT:
            continue
        for passage in sentences(text):
            count += 1
            said = passage.plain
            asks = (said.endswith("?") and _ASKS_FACT.search(said)) or _TELL_ME.search(said) is not None
            asked = asked or bool(asks)
            if count > _LONGEST or (_WANTS_MORE.search(said) and not (_TELL_ME.search(said) and not _urges(said))):
                return False
    return asked


def _urges(said: str) -> bool:
    return (
        re.search(
            r"\b(?:must|should|ensure|make sure|urgent(?:ly)?|and (?:then )?(?:get|do|fix|arrange|order))\b",
            said,
            re.IGNORECASE,
        )
        is not None
    )
