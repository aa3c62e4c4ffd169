"""Whether a text is about the council's business, or gives a view on a public matter. A dinner invitation does neither.

Words are weighed and not understood: one that only a council's mail has is enough, of the others it takes two.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.core.message import Text
from gatekeeper.detect.passages import Passage, sentences

_PLAIN = re.compile(
    r"\b(?:agendas?|minutes of|standing orders|councill?ors?(?= (?:have|are|will|need|agreed|voted|decided))|"
    r"planning (?:application|appeal|permission|committee|matter|officer|consent)s?|"
    r"(?:full|town|parish|borough|district|county|the|our|this) council(?:'s)?|council (?:business|meeting|tax|mail|"
    r"policy|budget|papers|matter|land|property|funds?)s?|committee(?:'s)?|precept|tenders?|standing orders|by-?laws?|"
    r"section 106|neighbourhood plan|local plan|ward (?:matter|issue|case)s?|casework|constituents?|residents?|"
    r"allotments?|burial|cemetery|motions?|resolutions?|"
    r"potholes?|highways?|street ?lights?|fly-?tipping|grit(?:ting)? bins?|speed(?:ing| limit| watch)|bus shelters?|"
    r"licen[cs]ing|enforcement|refuse collections?|recycling|social care|zebra crossing|pedestrian crossing)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:council|councill?ors?|clerk|mayor|ward|planning|application|budget|grant|parking|traffic|roads?|"
    r"pavements?|footpaths?|development|developers?|houses|housing|consultation|report|meeting|invoice|contract|"
    r"quotations?|quotes?|bins?|play ?ground|play area|recreation ground|car park|library|drainage|flooding|trees?|"
    r"public|policy|proposals?|scheme|school|site|noise|litter)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"\b(?:i|we) (?:\w{1,12} ){0,2}(?:think|believe|support|oppose|object|welcome|urge|call (?:on|for)|"
    r"am (?:against|opposed|in favour|concerned|appalled|disappointed))\b|\bin my (?:view|opinion)\b|\bmy (?:view|"
    r"opinion|position) (?:is|on)\b|\b(?:must|ought to|should) (?:\w{1,12} ){0,2}(?:be|build|built|go|stop|act|do|"
    r"reject|refuse|approve|listen|think|keep|fund|pay|resign|reconsider)\b",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"\b(?:dinner|lunch|supper|drinks|birthday|wedding|christening|party at (?:ours|mine|home)|barbecue|bbq|carol "
    r"(?:concert|service)|ball|banquet|raffle|golf|holiday|your invitation|invite|rsvp)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """`words` is the sentence that weighed most, exactly as sent, and `text` the text it stands in."""

    words: str
    text: Text


def business(texts: Iterable[Text]) -> Weighed | None:
    """The sentence by which the author's own words are about council business, if they are."""
    found = [(p, t) for t in texts for p in sentences(t)]
    social = any(_SOCIAL.search(p.plain) for p, _ in found)
    for passage, text in found:
        if _PLAIN.search(passage.plain) and not (social and not _is_strong(passage)):
            return Weighed(passage.words, text)
    weak = {m[0].lower() for p, _ in found for m in _WEAK.finditer(p.plain)}
    if len(weak) < (4 if social else 2):
        return None
    return max(((len(_WEAK.findall(p.plain)), -n, Weighed(p.words, t)) for n, (p, t) in enumerate(found)))[2]


def view(texts: Iterable[Text]) -> Weighed | None:
    """The first sentence in which the author gives a view."""
    for text in texts:
        for passage in sentences(text):
            if _VIEW.search(passage.plain) and not _SOCIAL.search(passage.plain):
                return Weighed(passage.words, text)
    return None


def _is_strong(passage: Passage) -> bool:
    """Two words of council business in one sentence outweigh a mention of dinner."""
    return len({m[0].lower() for m in _PLAIN.finditer(passage.plain)}) > 1
