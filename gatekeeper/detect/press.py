"""How a press release is recognised, what makes one sensitive, and promises about claims or insurance.

Releases: the marks that editors look for. Sensitive: disputes, major planning, court, complaints (Stotfold and Brixton,
Press). Promises: Wimborne 12.5(e).
"""

import re
from collections.abc import Iterable

from gatekeeper.detect.remarks import Remark

_I = re.IGNORECASE

_NAME = r"(?:press|news|media)[ -](?:release|statement|notice)|datganiad i'r wasg"
_HEADING = re.compile(
    rf"[\W_]{{0,12}}(?:(?:draft|joint|official|council|town council|parish council|urgent)\W{{1,3}}){{0,2}}(?:{_NAME})"
    r"(?:[\W_]{0,12}|\s*[:|/-].{0,200}|\s+(?:by|from|of|on behalf of) .{1,100}|\s+\d[\w/ .-]{0,30})",
    _I,
)
_IMMEDIATE = re.compile(
    r"[\W_]{0,12}(?:for )?(?:immediate|general) release\b.{0,120}|.{0,80}\bfor immediate release\b.{0,40}", _I
)
_EMBARGO = re.compile(
    r"[\W_]{0,12}(?:strictly )?(?:under (?:strict )?)?embargo(?:ed)?\b\W{0,3}(?:until|till|to|for)?\b.{0,120}"
    r"|.{0,120}\b(?:embargoed (?:until|till|to|for)|under (?:strict )?embargo until)\b.{0,120}",
    _I,
)
_EDITORS = re.compile(r"[\W_]{0,8}(?:notes?|information) (?:to|for) (?:the )?editors?\b.{0,200}", _I)
_ENDS = re.compile(r"[-–*#~<> ]{0,8}(?:ENDS|END OF RELEASE)[-–*#~<>. ]{0,8}|[-–*~]{1,4} ?[Ee]nds ?[-–*~]{1,4}|# ?# ?#")
_HANDED_OVER = re.compile(
    r"\b(?:attached|enclosed|below|find|here is|here's|following is|send(?:ing)? you|i attach|we attach|i enclose|we "
    r"are issuing|i am issuing|"
    r"we issue|i issue|please (?:publish|print|carry|run|use))\b[^.?!]{0,60}\b(?:press|news|media) (?:release|"
    r"statement)\b"
    r"|\b(?:press|news|media) (?:release|statement)\b[^.?!]{0,40}\b(?:is attached|is enclosed|is below|follows|"
    r"for (?:publication|your next (?:issue|edition)))\b",
    _I,
)
_OTHERS = re.compile(
    r"\b(?:last (?:week|month|year)|yesterday|earlier|previous|your|their|his|her|county|government|police|"
    r"whether|any|no|not|never|if)\b[^.?!]{0,40}\b(?:press|news|media) (?:release|statement)\b",
    _I,
)
_ANSWERS = re.compile(r"\s*(?:re|aw|ateb|atb)\s*:", _I)
_FORWARDS = re.compile(r"\s*(?:(?:fw|fwd|ymlaen)\s*:\s*){1,4}", _I)
_FILE = re.compile(r"(?:press|news|media)[ _.-]{0,2}release", _I)

_MARKS = (_HEADING, _IMMEDIATE, _EMBARGO, _EDITORS, _ENDS)


def release_mark(remarks: Iterable[Remark]) -> Remark | None:
    """What shows that this is a release, if anything does. A question is none, nor is talk about a release."""
    return next((p for p in remarks if _marks(p)), None)


def release_file(names: Iterable[str]) -> str:
    """The name of an attachment that calls itself a release, or ""."""
    return next((name for name in names if _FILE.search(name[:300])), "")


def _marks(remark: Remark) -> bool:
    if remark.asks or (remark.subject and _ANSWERS.match(remark.plain)):
        return False
    plain = _FORWARDS.sub("", remark.plain, count=1) if remark.subject else remark.plain
    if any(mark.fullmatch(plain) for mark in _MARKS):
        return True
    return bool(_HANDED_OVER.search(plain)) and not _OTHERS.search(plain)


_SENSITIVE = {
    "a dispute": r"\bdisput(?:e|es|ed|ing)\b|\bgrievances?\b|\bindustrial action\b|\bin deadlock\b",
    "a court case": r"\b(?:county|high|crown|magistrates'?|supreme|appeal|coroner'?s) court\b"
    r"|\bcourt (?:case|action|hearing|order|proceedings|ruling|judgment|appearance|of appeal)\b"
    r"|\b(?:in|to|before|from) (?:the )?court\b(?! (?:road|street|lane|farm|house|green|gardens|drive|close|hall))"
    r"|\bjudicial review\b|\blegal (?:action|proceedings|challenge|battle)\b|\bprosecut(?:e|ed|es|ing|ion|ions)\b"
    r"|\binjunctions?\b|\btribunals?\b|\blawsuits?\b|\blitigation\b|\bsu(?:ed|ing)\b",
    "a complaint": r"\bcomplain(?:t|ts|ed|ing|ant|ants)\b|\bombudsman\b",
    "major planning": r"\bmajor (?:planning|(?:housing |new )?development)|\bplanning (?:appeal|inquiry)\b"
    r"|\boutline (?:planning )?(?:application|permission|consent)\b|\bpublic inquiry\b|\blocal plan\b"
    r"|\bhousing (?:development|estate|scheme|site)\b"
    r"|\b(?:[1-9]\d{1,4}|[1-9],\d{3}|hundreds of|dozens of)(?: (?:new|more|affordable|extra))* "
    r"(?:homes|houses|dwellings|flats)\b"
    r"|\b(?:solar|wind) farm\b|\bincinerator\b|\bquarry\b|\bbypass\b",
}  # fmt: skip
_ABOUT = {topic: re.compile(words, _I) for topic, words in _SENSITIVE.items()}
_NONE_OF = re.compile(r"\b(?:no|without|not a|free of)\s+(?:\w+\s+){0,2}(?:disputes?|complaints?|grievances?)\b", _I)


def sensitive_topic(remarks: Iterable[Remark]) -> tuple[str, Remark] | None:
    """What makes a release sensitive ("a dispute", ...) and where it says so."""
    for remark in remarks:
        plain = _NONE_OF.sub(" ", remark.plain)
        for topic, words in _ABOUT.items():
            if words.search(plain):
                return topic, remark
    return None


_COUNCIL = (
    r"(?:\bwe|(?<!county )(?<!district )(?<!borough )(?<!city )\b(?:the |this |our |your )?(?:town |parish )?council)"
)
_SELF = rf"(?:\bi|{_COUNCIL})"
_PLEDGE = re.compile(
    rf"{_SELF}(?:'ll| will| shall| would gladly| are going to| is going to|'re going to| am going to| agree(?:s|d)? to"
    r"| ha(?:s|ve) agreed to| promises?(?: to| that)?| guarantees?(?: to| that)?| undertakes?(?: to| that)?"
    r"| pledges?(?: to| that)?| commits? to| can (?:promise|guarantee|assure)| accepts?| admits?| (?:am|are|is) "
    r"happy to"
    r"| (?:am|are|is) ready to)\b(?P<rest>.{0,300})",
    _I,
)
_PROMISED = re.compile(
    r"\b(?:pay|paid|compensat|reimburs|cover|settle|make good|put right|meet|refund|repair|replace|accept|admit|"
    r"liab|responsib|blame|fault|offer)\w*",
    _I,
)
_CLAIM = re.compile(
    r"\b(?:insur(?:ance|ers?|ed)|compensat(?:e|ed|ion)|liab(?:le|ility)|damages|damaged?|injur(?:y|ies|ed)|"
    r"negligen(?:ce|t)|accident|settlement|pay-?outs?|claimants?|excess|out of pocket|losses"
    r"|claims?(?! (?:that|to|he|she|they|it|we|i)\b))\b",
    _I,
)
_CONFESSED = re.compile(
    rf"\bi (?:accept|admit) (?:full |legal )?(?:liability|negligence)\b|{_COUNCIL}(?: fully| wholly| of course| have|"
    rf" has){{0,2}} (?:accept(?:s|ed)?|admit(?:s|ted)?)"
    r"(?: (?:full|all|total|legal|our|its|the|some)){0,2} (?:liability|responsibility|blame|fault|negligence)\b"
    r"|\bit (?:is|was) (?:entirely |all |clearly )?(?:our|the (?:town |parish )?council's) fault\b"
    r"|\b(?:we|the (?:town |parish )?council) (?:is|are|was|were) (?:entirely |clearly |legally )?"
    r"(?:liable|negligent|to blame|at fault)\b",
    _I,
)
_WITHHELD = re.compile(
    r"\b(?:not|never|n't|cannot|nobody|no one|neither|without|if|whether|until|unless|should|"
    r"(?:for|by|to) (?:our|the|its) (?:insurers?|solicitors?))\b|n't\b",
    _I,
)


def claim_promise(remarks: Iterable[Remark]) -> Remark | None:
    """A promise, or an admission, in what may become a claim or an insurance matter."""
    return next((p for p in remarks if not p.asks and _promises(p.plain)), None)


def _promises(plain: str) -> bool:
    if (found := _CONFESSED.search(plain)) and not _WITHHELD.search(plain[: found.end()]):
        return True
    for found in _PLEDGE.finditer(plain):
        promised = found["rest"]
        if _CLAIM.search(plain) and _PROMISED.search(found[0]) and not _WITHHELD.search(plain[: found.end()]):
            return bool(promised.strip())
    return False
