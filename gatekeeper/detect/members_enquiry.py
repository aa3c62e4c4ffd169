"""A member's enquiry, and what an officer's reply is worth: an acknowledgement, an explanation or an answer.

Central Bedfordshire 6.2-6.6: an answer or an acknowledgement within two working days; after five, the reason, the
action being taken and the timescale.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

from gatekeeper.detect.remarks import Remark

_I = re.IGNORECASE

_SOCIAL = re.compile(
    r"\b(?:how are you|how (?:was|were|is) (?:your|the (?:wedding|holiday|weekend|party|birthday))|you are "
    r"(?:attending|coming)|are you (?:free|around|in (?:the office )?(?:today|tomorrow|on)|coming|well)|"
    r"(?:would|do) you (?:like|care|want) to (?:join|come|attend)|(?:can|could|will) you (?:both |all )?(?:come|join|"
    r"make it|attend)|(?:hope|delighted) (?:you|if you) (?:can|could|will) (?:join|come|make)|"
    r"will you be (?:there|at|coming|joining)|shall (?:we|i)|is that (?:ok|okay|alright|all right|fine)|ok with you|"
    r"does (?:that|\w+day|\d\w*)(?: \w+)? suit|suit you|see you|can we (?:meet|talk|speak|chat|have a (?:word|chat|"
    r"call))|"
    r"could we (?:meet|talk|speak|chat)|fancy a|isn't it|wasn't it|aren't they|who knows|why not|"
    r"anything else (?:you need|i can)|do you need anything|you are (?:warmly |cordially )?invited|"
    r"pleasure of your company|rsvp|coffee|lunch|drinks)\b",
    _I,
)
_HOUSEKEEPING = re.compile(
    r"\b(?:apologies for (?:absence|the|my|tonight|tomorrow|\w+day)|my apologies|find (?:attached|enclosed|below|my)|"
    r"please (?:note|see|accept|pass on|thank|ignore|do not|don't|excuse|be aware|be assured)|"
    r"(?:on|to) (?:the|next|\w+'s) agenda|expenses (?:claim|form)|unsubscribe|out of (?:the )?office|automatic reply|"
    r"no (?:reply|need to reply|action|response) (?:is )?(?:needed|necessary|required)|stationery|envelopes|lanyard|"
    r"business cards|thank(?:s| you) for (?:asking|letting)|you asked|as you ask)\b",
    _I,
)
_ASKING = re.compile(
    r"\b(?:could|can|may) i (?:please )?(?:have|see|get) (?:an? |the |sight )"
    r"|\b(?:could|can|would|will) (?:you|someone|somebody|anyone|anybody|the (?:office|council|team|clerk)|one of)\b"
    r"|\b(?:please|kindly)(?: could you| can you)? (?:let (?:me|us|him|her|them) (?:know|have)|advise|confirm|explain|"
    r"tell|clarify|find out|look into|investigate|chase|check|inspect|report (?:this|it|the)|arrange for|"
    r"ask (?:the|our|your)|send (?:me|us|him|her|them|details|the)|provide|supply|forward|update (?:me|us)|"
    r"come back to (?:me|us))\b|\blet (?:me|us) (?:know|have)\b"
    r"|\b(?:grateful|appreciate|helpful|obliged)\b.{0,20}\b(?:if|to know|to hear|for)\b"
    r"|\bi(?:'d| would| should) (?:like|be interested|be keen) to (?:know|understand|see|hear|find out)\b"
    r"|\bi (?:need|want) to (?:know|understand)\b|\bwould it be possible\b|\bany (?:news|update|progress|word)\b"
    r"|\bi (?:wonder|wondered|am wondering|was wondering) (?:if|whether|what|when|how|why)\b"
    r"|\b(?:residents?|constituents?|parishioners?|neighbours?|mrs?|ms) (?:\w+ ){0,6}(?:has|have) (?:asked|enquired|"
    r"inquired) (?:me )?(?:when|whether|if|what|why|how|about|for)\b"
    r"|\b(?:residents?|constituents?|parishioners?) (?:\w+ ){0,4}(?:would like|wants?|wish(?:es)?) "
    r"(?:to know|an answer|the)\b",
    _I,
)
_QUESTION = re.compile(
    r"(?:^|[,;:]\s|\s-\s|\b(?:and|but|so|also|or) )\W{0,3}(?:what|what's|when|where|which|who|whose|why|how|is|are|"
    r"was|were|do|does|"
    r"did|has|have|had|can|could|will|would|should|may|might|any|please)\b",
    _I,
)
_CIRCULAR = re.compile(
    r"\W*(?:dear|hi|hello|good (?:morning|afternoon|evening))?,?\s*(?:all|everyone|everybody|colleagues|councillors|"
    r"members|fellow (?:councillors|members))\b.{0,20}",
    _I,
)


def enquiry(remarks: Iterable[Remark]) -> Remark | None:
    """The sentence with which a member asks for information or for something to be done; `None` where there is none,
    as in thanks, replies, invitations, circulars and acknowledgements."""
    said = [r for r in remarks if not r.subject]
    if any(_CIRCULAR.fullmatch(r.plain) for r in said[:2]):
        return None
    return next((r for r in said if not r.quoted and _enquires(r)), None)


def _enquires(remark: Remark) -> bool:
    plain = remark.plain
    if _SOCIAL.search(plain) or _HOUSEKEEPING.search(plain):
        return False
    if _ASKING.search(plain):
        return True
    return remark.asks and len(plain.split()) >= 3 and bool(_QUESTION.search(plain))


class Answer(StrEnum):
    """What a reply to an enquiry is. Only `SUBSTANCE` answers it."""

    ACKNOWLEDGEMENT = "acknowledgement"
    EXPLANATION = "explanation"
    SUBSTANCE = "substance"


_COURTESY = re.compile(
    r"\W*(?:dear|hi|hello|good (?:morning|afternoon|evening)|hope (?:you|this)|i hope (?:you|this)|sorry (?:for|about) "
    r"the (?:delay|wait)|apologies for|please (?:bear with|do not hesitate|let me know if)|if you (?:need|have) any|"
    r"(?:kind|best|many|warm) |regards|yours|cllr|councillor|with best)\b.{0,160}",
    _I,
)
_THANKS = re.compile(
    r"\W*(?:(?:many )?thanks|thank you|diolch)(?: (?:very|so) much)?(?: again| indeed)?(?:,? cllr\.? \w+)?"
    r"(?: for [^,;]{1,120})?\W{0,4}"
    r"|\W*(?:noted|received|got it|will do|ok|okay|acknowledged)(?:,? (?:thanks|thank you))?\W{0,4}",
    _I,
)
_TAKEN = re.compile(
    r"\b(?:(?:i|we)(?:'ve| have)? (?:have )?(?:received|logged|recorded|noted|registered)|acknowledge|"
    r"has been (?:logged|received|passed|recorded|registered|allocated)|"
    r"your (?:reference|ref|enquiry (?:number|reference))|reference (?:number )?is|"
    r"(?:passed|forwarded|sent) (?:it|this|your (?:enquiry|email|e-mail|message|query)) (?:on )?to|"
    r"(?:will|'ll) (?:look into|check|investigate|find out|pass (?:it|this)|chase|ask|see what|make enquiries|deal "
    r"with)|"
    r"looking into (?:it|this|that|the matter))\b",
    _I,
)
_DEFERRED = re.compile(
    r"\b(?:(?:come|get|be|revert) back to you|(?:in touch|contact you) (?:again|shortly|soon|as soon|when|once|by)|"
    r"(?:full|fuller|proper|substantive|detailed|further|complete) (?:reply|answer|response)|"
    r"(?:reply|respond|answer|write) (?:\w+ )?(?:fully|properly|in full|again|further|shortly|in due course|as soon "
    r"as)|"
    r"in due course|(?:not|n't) (?:yet )?(?:been )?(?:able|possible|in a position|have (?:an|the) answer|"
    r"had (?:an|the) answer)|(?:will|'ll|shall|can) (?:\w+ )?let you (?:know|have)|"
    r"still (?:waiting|awaiting|looking|checking|chasing|trying)|"
    r"(?:update|answer|reply to|respond to) you (?:\w+ )?(?:by|within|on|next|as soon|when|once|shortly))\b",
    _I,
)
_REASON = re.compile(
    r"\b(?:because|as (?:the|our|we|i|he|she|they|it)|since (?:the|our|we)|due to|owing to|the reason|delay(?:ed)?|"
    r"awaiting|waiting (?:for|on|to hear)|until (?:the|we|i)|on (?:annual |sick )?leave|off sick|"
    r"has not (?:yet )?(?:replied|answered|responded)|hasn't (?:replied|answered|responded)|depends on|"
    r"needs? (?:to be )?(?:checked|input))\b",
    _I,
)
_ACTION = re.compile(
    r"\b(?:(?:i|we)(?:'ve|'m|'re| have| am| are|'ll| will)? (?:\w+ )?(?:asked|chased|chasing|chase|written|writing|"
    r"requested|contacted|contacting|arranged|arranging|commissioned|booked|checking|raised|raising|escalated|"
    r"instructed|"
    r"sought|seeking|ordered|asking|meeting|visiting|inspecting|inspect|visit|reviewing|obtaining)|"
    r"(?:has|have) been (?:asked|requested|commissioned|booked|arranged|chased)|"
    r"is being (?:chased|checked|investigated|surveyed|inspected))\b",
    _I,
)
_TIMESCALE = re.compile(
    r"\b(?:by|on|before|within|no later than|not later than|for|during|until|in) (?:the )?(?:end of |close of |start "
    r"of |"
    r"next |this |around |about |early |mid[- ]|late )?(?:\d{1,2}(?:st|nd|rd|th)?\b|monday|tuesday|wednesday|thursday|"
    r"friday|(?:a |one |two |three |four |five |six |seven |ten |fifteen )?(?:working )?(?:days?|weeks?|fortnight|"
    r"month)|"
    r"tomorrow|january|february|march|april|may \d|june|july|august|september|october|november|december)"
    r"|\b(?:tomorrow|next (?:week|month|monday|tuesday|wednesday|thursday|friday)|later (?:this|today)|"
    r"\d{1,2}(?:st|nd|rd|th)? (?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december))"
    r"\b",
    _I,
)


def answer(remarks: Iterable[Remark]) -> Answer | None:
    """What the reply is worth; `None` where its author says nothing. An explanation has the reason, the action and the
    timescale; a reply that puts the answer off without all three only acknowledges."""
    said = [r.plain for r in remarks if not r.subject]
    if not said:
        return None
    whole = "\n".join(said)
    if _DEFERRED.search(whole):
        explained = all(words.search(whole) for words in (_REASON, _ACTION, _TIMESCALE))
        return Answer.EXPLANATION if explained else Answer.ACKNOWLEDGEMENT
    return Answer.SUBSTANCE if any(_says_something(plain) for plain in said) else Answer.ACKNOWLEDGEMENT


def _says_something(plain: str) -> bool:
    if _COURTESY.fullmatch(plain) or _TAKEN.search(plain) or _THANKS.fullmatch(plain):
        return False
    return len(plain.split()) > 1 or plain.strip(" .!,").casefold() in ("yes", "no")
