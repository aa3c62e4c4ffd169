"""The words by which mail programs and people mark quotes, signatures and disclaimers, in English and Welsh.

Every expression here is matched against at most `MAX_LINE` characters of one line unless it says otherwise, and none
repeats over something that repeats.
"""

import re

MAX_LINE = 400

CANDIDATE = re.compile(
    r"\n[ \t*_]{0,3}(?:>[^\n]*(?:\n[ \t]{0,3}>[^\n]*)*|--|_{5}|(?:"
    r"(?:from|oddi wrth|gan)\b[*_ ]{0,3}:|(?:on|ar|am|le|el)\b(?=[^\n]{0,300}\d)|\d{4}-\d\d-\d\d\b|"
    r"begin forwarded|dechrau|get (?:outlook|[a-z]+ for)|sent (?:from|via|using|with)\b|"
    r"anfonwyd (?:o|gan)\b|wedi[ '](?:ei|i)|"
    r"(?:kind|very|my|best|warm|many|with|yours|regards|thank|cheers|ta|all|sincerely|faithfully|truly|cordially|"
    r"respectfully|good|rgds|br|kr|love|take|see|speak|cofion|yn|yr|diolch|gyda|dymuniadau|hwyl)[^\n]{0,36}$|"
    r"this (?:e-?mail|message|communication|transmission)|(?:the|any) (?:information|contents?|views|opinions)|"
    r"disclaimer|confidential|important|legal|notice|privileged|caution|information|opinions|unless|"
    r"please consider the env|if you (?:are not|have rec)|e-?mail|mae\W|rhybudd))",
    re.MULTILINE,
)
"""Beginnings of lines that may open something other than own text, and the line end before each. Run over a line end
and a whole text in lower case: a literal first letter is much faster than an anchor, and than two cases."""

ARROWS = re.compile(r"[ \t]{0,3}>[^\n]*(?:\n[ \t]{0,3}>[^\n]*)*")
"""Lines quoted with ">" that follow one another. Run over a whole text."""

WROTE_WORDS = ("wrote", "writes", "ysgrifennodd")
AFTER_WROTE = re.compile(r"[^\n:]{0,80}:[ \t]*$", re.MULTILINE)
"""What follows such a word at the end of an attribution. Run over a whole text, behind the word."""

SEPARATOR = re.compile(
    r"[ \t*]{0,3}-{2,}[ \t]*(?P<words>original (?:message|appointment)|forwarded (?:message|by[^-]{0,80})|"
    r"(?:y )?neges wreiddiol|neges (?:wedi'i hanfon ymlaen|a anfonwyd ymlaen)|reply message|ateb)[ \t]*-{2,}[ \t*]*",
    re.IGNORECASE,
)
FORWARD_WORDS = re.compile(r"forwarded|ymlaen", re.IGNORECASE)
BEGIN_FORWARDED = re.compile(
    r"[ \t]{0,3}(?:begin forwarded message|dechrau'r neges a anfonwyd ymlaen|"
    r"dechrau neges a anfonwyd ymlaen)[ \t]*:[ \t]*",
    re.IGNORECASE,
)
RULE_LINE = re.compile(r"[ \t]{0,3}_{5,}[ \t]*")

HEADER_KEY = re.compile(
    r"[ \t>*_]{0,8}(?P<key>from|sent|date|to|cc|bcc|subject|reply-to|importance|attachments|received|"
    r"oddi wrth|anfonwyd|dyddiad|at|copi|pwnc|testun|ateb i|gan)[*_ \t]{0,3}:[*_ \t]{0,3}(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
FROM_KEYS = frozenset({"from", "oddi wrth", "gan"})
DATE_KEYS = frozenset({"sent", "date", "anfonwyd", "dyddiad", "received"})
OTHER_KEYS = frozenset({"to", "subject", "at", "pwnc", "testun"})
ANY_KEY = re.compile(r"[ \t>*_]{0,8}[^\W\d][\w'’ -]{0,20}[*_ ]{0,2}: ?\S")

ATTRIBUTION_OPENS = re.compile(r"[ \t]{0,3}(?:on|ar|am|le|el|\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
ATTRIBUTION_CLOSES = re.compile(
    r"(?:\bwrote|\bwrites|\bysgrifennodd|\ba écrit|\bescribió|\bschrieb)"
    r"(?:[ \t](?:[^:.!?]|\.(?!\s)){1,80})?[ \t]?:[ \t]*\Z",
    re.IGNORECASE,
)
DATED = re.compile(
    r"\d{1,2}[:.]\d\d|\b(?:19|20)\d\d\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}",
)
MAIL_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}")

DASHES = re.compile(r"--[ \t]?\Z")
DEVICE = re.compile(
    r"[ \t]{0,3}(?:sent (?:from|via|using|with)|get|anfonwyd (?:o|gan)|wedi ei anfon o|"
    r"wedi'i anfon o)\b(?:(?![.!?] )[^\n]){0,60}?"
    r"\b(?:iphone|ipad|ipod|ios|galaxy|samsung|android|outlook|mail|yahoo|gmail|blackberry|huawei|nokia|pixel|"
    r"mobile|phone|smartphone|tablet|device|ffôn|proton|thunderbird|windows)\b[^\n]{0,60}",
    re.IGNORECASE,
)

STRONG_CLOSE = re.compile(
    r"(?:(?:with )?(?:very |kind(?:est)? |best |warm(?:est)? |many |my )*regards|(?:with )?(?:all )?(?:best|"
    r"warm(?:est)?|good|kind) wishes|"
    r"all the (?:very )?best|(?:yours|sincerely|faithfully|truly|respectfully|cordially)(?: (?:sincerely|"
    r"faithfully|truly|ever|yours|aye))?|"
    r"best|rgds|kr|br|yn gywir(?: iawn)?|yr eiddoch(?: yn (?:gywir|ffyddlon))?|cofion(?: (?:gorau|cynnes|cywir))?|"
    r"dymuniadau gorau|gyda(?:'r)? (?:dymuniadau gorau|chofion[^,.]{0,20}))[ \t]*[,.!]?(?: (?:and|ac) (?:thanks|"
    r"diolch))?[ \t]*",
    re.IGNORECASE,
)
WEAK_CLOSE = re.compile(
    r"(?:(?:many |with )?thanks(?: (?:again|so much|in advance|and (?:kind |best )?regards))?|"
    r"thank you(?: (?:again|very much|in advance))?|"
    r"cheers|ta|love|take care|speak soon|see you(?: (?:soon|then|there))?|diolch(?: (?:yn fawr|o galon))?|"
    r"hwyl(?: fawr)?)[ \t]*[,.!]?[ \t]*",
    re.IGNORECASE,
)

SPOKEN = frozenset(
    """
    i i'm i'll i've i'd im ill we we're we'll we've us you u your yours he she they it it's its this that please pls
    yes yep yeah no nope not ok okay agree agrees agreed accept accepts accepted accepting approve approves approved
    approval authorise authorises authorised authorize authorizes authorized confirm confirms confirmed order orders
    ordered pay payment paid go ahead done deal granted permission sold fine sure will shall can may must should would
    could is are be was were has have had do does did let send sent get make take put start proceed book booked buy
    bought sign signed cancel withdraw refuse refused reject rejected happy consider carry tell ask give gave need needs
    want wants if when because but so then certainly absolutely definitely indeed course correct affirmative supported
    endorsed seconded noted great perfect lovely brilliant tomorrow today asap objection objections iawn cytuno derbyn
    award awarded awards quote quotation price offer tender instruct instructed commence hire hired supply deliver
    install repair appoint appointed engage engaged lease rent free waive waived refund sponsor donate donated lend
    use used ie na nac gwnewch talwch rwy dw byddaf
    """.split()
)
"""Words that make a line an utterance. A line with one of them is never taken for part of a signature."""

WORD = re.compile(r"[^\W\d_]+(?:['’][a-z]{1,2}\b)?")

POSTSCRIPT = re.compile(r"[ \t]{0,3}(?:p\.? ?s\b|p\.? ?p\.? ?s\b|n\.? ?b\b|o\.? ?n\b)", re.IGNORECASE)
CONTACT = re.compile(
    r"@|https?:|www\.|\b(?:tel|mob|mobile|phone|fax|ffôn|e-?mail|e-?bost|web)\b|\d{3}|[|•·]", re.IGNORECASE
)
SMALL_WORDS = frozenset(
    "of the and for to in at on de la van von der ap ab y yr a o i ac dros &, & - – — / for,".split()
)

DISCLAIMER_OPENS = re.compile(
    r"[ \t*_]{0,3}(?:disclaimer|confidentiality|confidential|important notice|legal notice|notice|privileged|caution|"
    r"this (?:e-?mail|message|communication|transmission)|the (?:information|contents?|views|opinions)|"
    r"information (?:in|contained)|"
    r"any (?:views|opinions)|opinions|unless|please consider the environment|if you (?:are not|have received)|"
    r"e-?mail disclaimer|mae['’]r|rhybudd)\b",
    re.IGNORECASE,
)
DISCLAIMER_SAYS = re.compile(
    r"confidential|privileged|intended (?:solely |only |exclusively )?(?:for|recipient)|intended recipient|addressee|"
    r"received (?:this|it) [\w -]{0,30}in error|in error|disclos|distribut|copying|unauthori[sz]ed|virus|malware|"
    r"\b(?:no|not|nor|cannot|any|exclude[sd]?|disclaims?)\b[^.]{0,60}(?:liab|responsib)|monitored|recorded for|"
    r"views (?:or opinions )?(?:expressed|of the)|opinions expressed|do not necessarily|"
    r"freedom of information|data protection|privacy (?:notice|policy|statement)|gdpr|delete (?:it|this|the)|"
    r"notify the sender|"
    r"(?:this|the) (?:e-?mail|message)(?: and)? (?:any )?attachments?|consider the environment|before printing|"
    r"legally binding|"
    r"scanned|swept|registered (?:office|in england)|company number|cyfrinachol|derbynnydd|fwriadwyd|firysau|"
    r"atebolrwydd|"
    r"ddileu|gwall|deddf rhyddid"
)
"""Run over text in lower case, which is four times as fast as minding no case."""

DISCLAIMER_HEADING = re.compile(
    r"[ \t*_]{0,3}(?:e-?mail )?(?:disclaimer|confidentiality(?: notice)?|confidential|important(?: notice)?|"
    r"legal notice|rhybudd)"
    r"[ \t*_:.!-]{0,5}",
    re.IGNORECASE,
)
COMMITS = re.compile(
    r"(?<!not )(?<!cannot )(?<!nor )\baccept(?:s|ed|ing|ance)?\b(?! no\b)|\bagree|\bapprov|\binstruct|\bpa(?:y|id)|"
    r"\bpurchase|£|\bgo ahead|"
    r"\bproceed|\border(?:s|ed)?\b|\bauthori[sz]es?\b|\bconfirm|\bhereby\b(?! notified)|\bpromise|\bundertake|"
    r"\bgrant",
    re.IGNORECASE,
)
"""Words that a disclaimer has no need of. A sentence with one of them stays the author's own."""

FIRST_PERSON = re.compile(r"\b(?:i|i['’](?:m|ll|ve|d)|my|me)\b", re.IGNORECASE)
SENTENCE_END = re.compile(r"[.!?]+[\"')\]]{0,3}(?:\s+|\Z)|;\s+")
"""Behind a sentence. Run over a paragraph."""
