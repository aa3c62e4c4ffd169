"""Political comment, work for a party, and electioneering.

Stotfold and Brixton, Officers can expect and Press; Knutsford 2.5, 2.14, 6.1; Wimborne 9.3, 12.2, 12.5(g), 15.1, 15.3;
Central Bedfordshire 2.2, 4.1.2. Naming a party is no comment on it, and there are working parties and village greens.
"""

import re
from collections.abc import Iterable

from gatekeeper.detect.remarks import Remark

_I = re.IGNORECASE

PARTY = (
    r"(?:\b(?:Conservatives?|Tory|Tories|Lib(?:eral)? Dem(?:ocrat)?s?|Plaid Cymru|UKIP|Reform UK|Green Party|SNP)\b"
    r"|\bLabour(?='s| Party| Group| Government| council| candidate| leaflet| newsletter| branch| MP| has| have| is| are"
    r"| will| would| did| [a-z]+ed\b|[.,;!?]|$)"
    r"|\b(?:CONSERVATIVES?|LABOUR|LIB DEMS?)\b|\bthe Greens\b|\bpolitical (?:party|parties|group)\b"
    r"|\b(?:ruling|opposition|majority) (?:party|group)\b)"
)
"""A political party by its name as it is written; case matters ("labour costs" are none)."""

_GOVERNMENT = r"(?:\b(?:[Gg]overnment|[Mm]inisters?|Prime Minister|Westminster|MPs?|[Pp]oliticians)\b)"
_ACTOR = re.compile(f"{PARTY}|{_GOVERNMENT}")
_PARTY = re.compile(PARTY)

_JUDGED = re.compile(
    r"\b(?:fail(?:ed|s|ing|ure)\b(?!.{0,20}\bto (?:attend|return))|shambles|disgrac\w+|betray\w+|incompeten\w+|"
    r"mismanag\w+|wast(?:ed|ing) (?:public|taxpayers'?|our|your|money)|nonsense|scandal\w*|lies|lied|liars?|cynical\w*|"
    r"hypocri\w+|shameful\w*|ashamed|reckless\w*|out of touch|playing politics|savage cuts|cruel|heartless|"
    r"broken promises?|does(?:n't| not) care|do(?:n't| not) care|let(?:ting)? (?:us|you|people|residents) down|chaos|"
    r"to blame|worst|wrecked|ruin(?:ed|ing)|clueless|hopeless|useless|appalling\w*|outrag\w+|absurd|foolish\w*|"
    r"should (?:resign|be voted out|be ashamed)|unfair\w*|wrong(?:ly)?|deserves? (?:your|our|better|to (?:win|lose))|"
    r"only party|best party|better choice|will be glad when|welcome change)\b",
    _I,
)
_CALLS = re.compile(
    r"\bvot(?:e|ing) (?:for|against|out) (?:the )?(?:Conservative|Tory|Tories|Labour|Lib|Green|Plaid|Reform|UKIP|SNP|"
    r"him\b|"
    r"her\b|them\b|me\b|us\b|our candidate|my)|\b[Vv]ote (?:Conservative|Labour|Lib Dem|Liberal|Green|Plaid|Reform|"
    r"SNP)\b"
    r"|\bpolitical (?:stunt|point[- ]scoring|games?|posturing|gimmick)\b|\bplaying politics\b"
    r"|\bdogma\b|\bpolitically motivated\b|\bthe (?:present|current) (?:administration|lot) (?:should|must) go\b"
)
_REPORTED = re.compile(
    r"\b(?:said|says|saying|told|asked|wrote|writes|claims?|claimed|according to|quoted|complained|alleg\w+|"
    r"(?:resolved|voted|agreed|noted|considered|objected|minuted?))\b",
    _I,
)
_DISTANCED = re.compile(
    r"\b(?:cannot|can't|can not|not able|unable|must not|mustn't|may not|do(?:es)? not|don't|doesn't|never|nor|neither|"
    r"no officer|nobody|not (?:for|a matter|appropriate|my place)|whether)\b.{0,60}\b(?:comment|opinion|view|views|say|"
    r"statement|take sides|involved|politics|political)\b",
    _I,
)


def political_comment(remarks: Iterable[Remark]) -> Remark | None:
    """A sentence that takes sides for or against a party, a government or its policy."""
    return next((r for r in remarks if _takes_sides(r)), None)


def _takes_sides(remark: Remark) -> bool:
    plain = remark.plain
    if _DISTANCED.search(plain):
        return False
    if called := _CALLS.search(plain):
        return not remark.is_cited(called.start()) and not _REPORTED.search(plain[: called.start()])
    actor, judged = _ACTOR.search(plain), _JUDGED.search(plain)
    if actor is None or judged is None or remark.is_cited(judged.start()):
        return False
    return not _REPORTED.search(plain[: max(actor.end(), judged.start())])


_OPINION = re.compile(
    r"\b(?:in my (?:own |personal |humble |honest |private ){0,2}(?:opinion|view)|personally,? i|my (?:own |personal )"
    r"(?:opinion|view) is|if you ask me|off the record|between (?:you and me|ourselves)|speaking personally|"
    r"i (?:personally|frankly|honestly) (?:think|feel|believe|suspect)|"
    r"i (?:think|feel|believe|find) (?:that )?(?:it|this|that|they|the (?:decision|council|councillors|committee|"
    r"plan)) "
    r"(?:is|was|are|were|has been)? ?(?:quite |very |simply |frankly |utterly |absolutely |just )*(?:wrong|disgrac\w+|"
    r"ridiculous|absurd|unfair|mad|crazy|stupid|shameful|a (?:mistake|disgrace|scandal|shame|waste)|appalling))\b",
    _I,
)


def personal_opinion(remarks: Iterable[Remark]) -> Remark | None:
    """A sentence that gives a private opinion; a professional one is no such thing."""
    return next((p for p in remarks if not p.quoted and not p.asks and _OPINION.search(p.plain)), None)


_WORK = re.compile(
    r"\b(?:print|copy|photocop(?:y|ied)|printed|copied|delivered|typed|run off|type|draft|write|design|lay out|"
    r"deliver|distribute|post|stuff|fold|send out|"
    r"mail out|e-?mail|put up|prepare|produce|book|organise|canvass|update|proof-?read|laminate|research|help|count|"
    r"typ|"
    r"writ|distribut|prepar|produc|organis|updat)(?:ing)?\b",
    _I,
)
_MATTER = re.compile(
    rf"(?:{PARTY}).{{0,40}}\b(?:leaflets?|newsletters?|flyers?|posters?|manifesto|canvass\w*|campaign\w*|candidates?|"
    r"conference|branch|fundrais\w+|membership|supporters)\b"
    rf"|\b(?:leaflets?|newsletters?|flyers?|posters?|letters?|invitations|membership)\b.{{0,30}}(?:{PARTY})"
    r"|\b(?:[Oo]ur|[Mm]y|[Tt]he) (?:party|[Pp]arty's|party's) (?:leaflets?|newsletters?|conference|manifesto|"
    r"posters?|members|"
    r"campaign|branch|business|candidates?|fundraiser)\b"
    r"|\b(?:our|my|the party's|his|her) (?:re-?election|election|campaign|canvass(?:ing)?) (?:leaflets?|address|"
    r"posters?|"
    r"newsletters?|flyers?|literature|letters?|campaign|material|team|cards?|session)\b"
    r"|\b(?:[Ee]lection|[Cc]ampaign|[Pp]arty[- ]political) (?:leaflets?|posters?|flyers?|literature|newsletters?)\b"
    r"|\b(?:[Oo]ur|[Mm]y|the party's) manifesto\b|\b[Cc]ampaign flyers\b|\bcanvass(?:ing)? (?:cards?|sheets?|returns|"
    r"team|session)\b"
    r"|\b(?:help|helping) (?:with|in|on) (?:my|our|the party's) (?:re-?election|campaign|election|canvassing)\b",
)
_REQUEST = re.compile(
    r"\b(?:please|kindly|can you|could you|would you|will you|can (?:one of )?(?:the|your) (?:staff|team|office)|"
    r"could (?:someone|somebody|one of|the office|the staff|your)|i (?:need|want|would like|'d like) (?:you|the office|"
    r"the staff|someone|somebody|\d+|some|a few)|i'd like (?:you|the office|someone)|we (?:need|want) (?:you|the "
    r"office|\d+|some)|"
    r"would the (?:office|staff|team)|grateful if|appreciate it if|would you mind|mind (?:printing|copying|typing|"
    r"running)|any chance (?:you|of)|"
    r"get (?:the office|the staff|someone))\b",
    _I,
)
_LEADS_IN = re.compile(r"^\W*(?:and |then )?", _I)
_NO_WORK = re.compile(
    r"\b(?:cannot|can't|can not|must not|mustn't|may not|not allowed|never|nobody|should not|shouldn't|don't|do not|"
    r"remind|complain\w*|whether|remove|take down|taken down|report(?:ed|ing)?|permission|allowed|rules?|guidance|"
    r"hire charge|hire of|policy|own expense|found|number of)\b",
    _I,
)


def party_work(remarks: Iterable[Remark]) -> Remark | None:
    """A request for work that serves a party or a campaign. A briefing on council business, or the hire of a room, is
    none, and neither is a question about what the rules allow."""
    return next((r for r in remarks if _asks_for_work(r)), None)


def _asks_for_work(remark: Remark) -> bool:
    plain = remark.plain
    matter, work = _MATTER.search(plain), _WORK.search(plain)
    if matter is None or work is None or remark.is_cited(matter.start()):
        return False
    orders = work.start() == len(plain) - len(_LEADS_IN.sub("", plain, count=1))
    return (orders or _REQUEST.search(plain) is not None) and not _NO_WORK.search(plain)


_ELECTION = re.compile(
    r"\b(?:elections?|re-?elect(?:ed|ion)?|polling day|ballot box|candidates?|canvass\w*|campaign trail|"
    r"vote (?:for|on \d)|voters|your vote|my record|manifesto|hustings)\b",
    _I,
)
_NOTICE = re.compile(
    r"\b(?:notice of (?:poll|election|vacancy)|register to vote|voter id|photo id|polling stations?|polling cards?|"
    r"nomination (?:papers|period)|returning officer|electoral register|postal votes?|pre-election period)\b",
    _I,
)


def electioneering(remarks: Iterable[Remark]) -> Remark | None:
    """A sentence on votes, candidates or parties; how and where to vote is information and none."""
    return next((p for p in remarks if _electioneers(p.plain)), None)


def _electioneers(plain: str) -> bool:
    return bool(_ELECTION.search(plain) or _PARTY.search(plain)) and not _NOTICE.search(plain)
