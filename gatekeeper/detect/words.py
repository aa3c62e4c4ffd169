"""The vocabulary of commitment: every word that a frame rule can name, and the class it belongs to.

A clause is read as a row of classes, one a word, so that rules speak of "council WILL do" and not of sample
sentences. A word form has exactly one class; where English allows several (a "book", to "book"), the class is the one
that matters for commitments and the rules look at what stands around it.
"""

import re
from functools import cache

_CLASSES = {
    # who
    "I": "i",
    "We": "we",
    "You": "you u ya",
    "It": "it this these those everything both all which one ones",
    "That": "that",
    "He": "he she they nobody everyone everybody who whoever",
    "Somebody": "someone somebody anyone anybody",
    "Me": "me myself",
    "Us": "us",
    "Them": "them him her",
    "My": "my mine",
    "Our": "our ours",
    "Your": "your ur",
    "Yours": "yours",
    "Their": "their his its whose",
    "Council": "council parish authority council's councils",
    "Town": "town borough city village",
    "Body": "committee panel cabinet trustees fgp members group working councillors councillor board full colleagues",
    "Clerk": "clerk officer officers clerk's staff manager rfo treasurer proper deputy",
    "Other": "county government contractor contractors insurers insurer police architect solicitor solicitors company "
    "environment highways county's district owners owner landlord diocese agency charity club trust association lions "
    "rotary school church insurance neighbours resident residents tenants customer",
    "Office": "chair chairman chairwoman chairperson vice mayor leader lead holder portfolio champion",
    "Private": "husband wife son daughter mum dad mother father family wedding birthday personally private "
    "privately myself ourselves daughter's son's",
    # auxiliaries
    "Will": "will shall gonna",
    "Would": "would",
    "Can": "can",
    "Could": "could",
    "May": "may",
    "Might": "might perhaps maybe possibly probably",
    "Must": "must",
    "Should": "should ought",
    "Be": "is are am be 'm",
    "Been": "been being",
    "Was": "was were",
    "Have": "have has having",
    "Had": "had",
    "Do": "do does",
    "Did": "did",
    "Not": "not never cannot unable neither nor hardly without nothing none isnt",
    "To": "to",
    # guards
    "If": "if unless provided providing assuming supposing otherwise",
    "When": "when once whenever",
    "After": "until till after before",
    "Whether": "whether why how what where",
    "Subject": "subject depends depending dependent conditional provisional provisionally principle",
    "Think": "hope hoping think suppose expect imagine guess believe doubt wonder wondering wondered reckon "
    "understand prefer thought hoped hopes thinks thinking assume presume fear afraid suspect gather wants feel seems "
    "seem looks sounds likely hopefully apparently",
    "Wish": "wish",
    "Said": "said says saying told tells wrote writes mentioned heard reported claims reports informed "
    "suggested suggests quoted recall remembered telling",
    "Asked": "asked asks asking",
    "Say": "say",
    "Tell": "tell",
    "Own": "own",
    "Home": "car garden house kitchen boiler home drive roof-rack card wallet pocket",
    "Resolved": "resolved resolution resolutions voted minute minutes minuted decided decision carried "
    "unanimously vote resolves voting decide deciding",
    "Meeting": "meeting meetings agenda item motion consultation",
    "Discuss": "considering considered discuss discussed discussing debate receive receives review determine "
    "reconsider recommend recommended recommending recommendation propose proposed proposing",
    "Past": "yesterday ago last previously earlier",
    "Please": "please pls plz kindly pleas",
    "Like": "like love",
    "Want": "want need require requires",
    "Happy": "happy content pleased glad delighted prepared willing ready comfortable satisfied",
    "Able": "able allowed going minded due",
    "Fine": "fine ok okay good great perfect right alright correct reasonable suits suit grand lovely acceptable "
    "brilliant sound spot",
    "Yes": "yes yep yeah aye yup",
    "No": "no",
    "Behalf": "behalf name",
    "As": "as",
    "For": "for",
    "By": "by",
    "With": "with",
    "On": "on upon",
    "Of": "of",
    "In": "in into at from off out up down over back away through under round across along about onto per than",
    "Det": "the a an any some each every another such same new other two three four five six seven eight nine ten "
    "twelve old first second third whole extra more next both",
    "Number": "two three four five six seven eight nine ten eleven twelve twenty fifty hundred dozen half couple",
    "And": "and n & or plus",
    "But": "but however although though because since yet",
    "Adv": "just now also therefore hereby very really happily gladly formally already so then always definitely "
    "certainly absolutely only therefore accordingly well quite still simply hereby duly indeed actually already "
    "straight immediately anyway too again today's first",
    "Good": "hi hello dear morning afternoon evening cheers ta thanks thank regards sincerely faithfully hey diolch",
    "Day": "today tonight tomorrow monday tuesday wednesday thursday friday saturday sunday mon tue tues "
    "wed weds thu thur thurs fri sat sun january february march april june july august september "
    "october november december week weeks month months year years morning weekend spring summer "
    "autumn winter christmas easter asap lunchtime noon midnight o'clock days day hours hour "
    "fortnight",
    # what is committed
    "Money": "invoice invoices bill bills payment payments refund refunds grants expenses claim claims "
    "overtime spending deposit timesheet timesheets mileage budget cheque bacs honorarium money "
    "fee fees salary wages expenditure compensation reimbursement instalment instalments "
    "retention certificate account accounts card po receipts receipt funding donation debit cash "
    "bonus sum reserves",
    "Quote": "quote quotation quotes quotations price prices estimate tender tenders offers terms contract "
    "contracts lease agreement booking bookings rate rates proposal proposals settlement licence "
    "tenancy variation deal",
    "Offer": "=offer",
    "Hire": "=hire",
    "Permit": "permission approval go-ahead goahead authorisation authority's blessing word assurance "
    "undertaking commitment green-light confirmation",
    "Place": "hall plot pitch field green room pavilion chamber stall berth table tables slot site park "
    "square allotment parlour venue date dates job post position place places space spaces bench "
    "swing swings land strip garage unit market common corner bay bays hub bandstand cottage "
    "shelter lane ground grounds pool court courts kiosk building premises",
    "Social": "invitation apologies apology condolences best wishes congratulations resignation nomination "
    "attendance interest delay mistake error minutes views view comments point points "
    "congratulate sympathy responsibility blame",
    "Info": "records record "
    "news answer reply copy list figures map link report reference details information number email mail "
    "letter note notes phone advice question questions papers form forms numbers message idea photo photos attached",
    # verbs that do it
    "Accept": "=accept",
    "Agree": "=agree =concur =consent",
    "Confirm": "=confirm",
    "Promise": "=promise =guarantee =undertake =assure =pledge =commit =warrant =swear",
    "Grant": "=grant =permit =allow =waive =award =concede =sanction =license =extend =renew =adopt =ratify",
    "Engage": "=appoint =engage =commission =reserve =employ",
    "Order": "=order =book",
    "Buy": "=purchase =buy =spend",
    "Approve": "=approve =authorise =authorize =certify =okay ok'd okayed oked",
    "Sign": "=sign =initial =countersign =clear =tick",
    "Instruct": "=instruct =direct",
    "Pay": "=pay =refund =reimburse =transfer =credit =process",
    "Fund": "=fund =contribute =cover =sponsor =donate =subsidise =finance =match =compensate",
    "Proceed": "=proceed",
    "Go": "=go",
    "Give": "=give",
    "Start": "=start =begin =commence =crack",
    "Charge": "=charge",
    "Ahead": "ahead",
    "Better": "better",
    "Free": "free",
    "Take": "=take",
    "Get": "=get",
    "Make": "=make",
    "Put": "=put",
    "Let": "=let",
    "Send": "=send",
    "Keep": "=keep =leave",
    "Treat": "=treat =regard",
    "Consider": "consider",
    "Work": "=supply =provide =repair =mend =fix =install =plant =cut =replace =maintain =share =lend "
    "=deliver =open =host =sort =clean =empty =jet =erect =build =rebuild =paint =resurface =fill "
    "=remove =trim =prune =refurbish =insure =object =move =close =lock =unlock =switch =turn "
    "=print =stop =carry =dig =fit =collect =lay =strim =mow =fell =cone =bait =redraw =publish "
    "=post =upload =delete =withdraw =issue =serve =cancel =postpone =hold =change =swap =add "
    "=arrange =invite =set =run =shut =lift =drop =clip =sweep =scrub =wash =spray =tidy =fence "
    "=plate =demolish =dismantle =lower =raise =release =double =reduce =increase =reset =restore "
    "=pull =use =burn =organise =schedule =line =mark =weed =water =shift =knock =hang =stick "
    "=store =block =rope =tape =gravel =salt =grit =treat =test =inspect =survey =draft "
    "=submit =file =evict =prosecute =suspend =stand =deal =settle =alter =amend =correct =finish "
    "=complete =top =stop =house =fetch =secure =isolate =cap =board =clad =patch "
    "=sand =oil =drain =flush =pump =screw =bolt =weld =tarmac =concrete =relay =reopen "
    "=reinstate =reserve =pause =restrict =divert =extend",
    "Inform": "=know =ask =attend =come =talk =see =find =check =advise =remind =join =support =try =wait "
    "=note =remember =apologise =enjoy =excuse =forgive =bear =call =explain =look =listen =hear "
    "=worry =hesitate =forget =reply =respond =pop =clarify =mention =report =say =mind =trouble "
    "=bother =represent =lobby =press =campaign =second =vote =catch =tell =share",
    "Errand": "=visit =ring =phone =contact =write =speak =chair =circulate =chase =bring =return =watch "
    "=investigate =pursue =show =help =forward =pass =email =read =meet =follow",
}

_IRREGULAR = {
    "undertake": ("undertook", "undertaken"), "swear": ("swore", "sworn"), "buy": ("bought", "bought"),
    "pay": ("paid", "paid"), "go": ("went", "gone"), "give": ("gave", "given"), "take": ("took", "taken"),
    "get": ("got", "gotten"), "make": ("made", "made"), "put": ("put", "put"), "let": ("let", "let"),
    "send": ("sent", "sent"), "keep": ("kept", "kept"), "leave": ("left", "left"), "cut": ("cut", "cut"),
    "lend": ("lent", "lent"), "build": ("built", "built"), "begin": ("began", "begun"), "dig": ("dug", "dug"),
    "lay": ("laid", "laid"), "withdraw": ("withdrew", "withdrawn"), "redraw": ("redrew", "redrawn"),
    "hold": ("held", "held"), "set": ("set", "set"), "run": ("ran", "run"), "shut": ("shut", "shut"),
    "sweep": ("swept", "swept"), "hang": ("hung", "hung"), "stick": ("stuck", "stuck"), "know": ("knew", "known"),
    "come": ("came", "come"), "speak": ("spoke", "spoken"), "see": ("saw", "seen"), "find": ("found", "found"),
    "meet": ("met", "met"), "forgive": ("forgave", "forgiven"), "bear": ("bore", "borne"), "read": ("read", "read"),
    "bring": ("brought", "brought"), "write": ("wrote", "written"), "hear": ("heard", "heard"),
    "forget": ("forgot", "forgotten"), "show": ("showed", "shown"), "say": ("said", "said"), "tell": ("told", "told"),
    "ring": ("rang", "rung"), "rebuild": ("rebuilt", "rebuilt"), "relay": ("relaid", "relaid"),
    "spend": ("spent", "spent"), "stand": ("stood", "stood"), "deal": ("dealt", "dealt"),
    "fell": ("felled", "felled"), "catch": ("caught", "caught"), "do": ("did", "done"),
    "burn": ("burnt", "burnt"),
}  # fmt: skip
_DOUBLED = frozenset("commit permit okay stop trim drop clip swap strim transfer fit plan rub chat pop submit".split())

_SPLIT = {
    "won't": ("will", "not"), "wont": ("will", "not"), "can't": ("can", "not"), "cant": ("can", "not"),
    "cannot": ("can", "not"), "shan't": ("will", "not"), "dont": ("do", "not"), "didnt": ("did", "not"),
    "isnt": ("is", "not"), "wasnt": ("was", "not"), "havent": ("have", "not"), "hasnt": ("have", "not"),
    "doesnt": ("do", "not"), "wouldnt": ("would", "not"), "couldnt": ("could", "not"), "shouldnt": ("should", "not"),
    "arent": ("are", "not"), "ain't": ("is", "not"), "ive": ("i", "have"), "im": ("i", "am"), "youve": ("you", "have"),
    "youre": ("you", "are"), "thats": ("that", "is"), "theyre": ("they", "are"), "weve": ("we", "have"),
    "lets": ("let", "us"), "let's": ("let", "us"), "youll": ("you", "will"), "theyll": ("they", "will"),
    "itll": ("it", "will"), "i'd": ("i", "would"), "theres": ("there", "is"), "whats": ("what", "is"),
    "gotta": ("must",), "wanna": ("want", "to"), "hes": ("he", "is"), "shes": ("she", "is"),
    "o.k": ("ok",), "o.k.": ("ok",), "f&gp": ("fgp",), "go ahead": ("go-ahead",),
}  # fmt: skip
_ENDINGS = (("n't", "not"), ("'ll", "will"), ("'ve", "have"), ("'re", "are"), ("'d", "would"), ("'m", "am"))
_IS_AFTER = frozenset("it that he she there what who here this everything where how job contract plot pitch".split())

_TOKEN = re.compile(
    r"[^\W\d_]+(?:['&.-][^\W\d_]+)*'?|[,;:?!.()]|\d[\d,.:/-]*\w*|[\u00a3$\u20ac]\s?\d[\d,.]*(?:k|m)?\b|\"",
    re.IGNORECASE,
)


@cache
def lexicon() -> dict[str, str]:
    """Class of every known word form. Verbs have three: base ("Accept"), past ("Accept.ed"), "-ing" ("Accept.ing")."""
    table: dict[str, str] = {}
    for kind, members in _CLASSES.items():
        for member in members.split():
            if member.startswith("="):
                for form, suffix in _forms(member[1:]):
                    table.setdefault(form, kind + suffix)
            else:
                table.setdefault(member, kind)
    return table


def _forms(verb: str) -> list[tuple[str, str]]:
    """The forms of a verb with the suffix of their class; a form equal to the base keeps the class of the base."""
    stem = verb + verb[-1] if verb in _DOUBLED else verb[:-1] if verb.endswith("e") else verb
    if verb.endswith("y") and verb[-2] not in "aeiou":
        past, third = verb[:-1] + "ied", verb[:-1] + "ies"
    else:
        past, third = stem + "ed", verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o", "z")) else "s")
    pasts = _IRREGULAR.get(verb, (past,))
    ing = stem + "ing" if not (verb.endswith("ee") and stem != verb) else verb + "ing"
    if verb in ("put", "cut", "let", "get", "set", "run", "shut", "begin", "dig", "forget"):
        ing = verb + verb[-1] + "ing"
    return [(verb, ""), *[(p, ".ed") for p in pasts], (ing, ".ing"), (third, ".s")]


def tokens(text: str) -> list[str]:
    """The words and marks of a text as they stand."""
    return _TOKEN.findall(text)


def placed_tokens(text: str) -> list[tuple[int, str]]:
    """The same, each with the place where it begins."""
    return [(m.start(), m[0]) for m in _TOKEN.finditer(text)]


OPENERS = frozenset('.!?:"')
"""Tokens after which a capital says nothing, as at the beginning."""


def pieces(raw: str, opening: bool) -> tuple[tuple[str, str], ...]:
    """(masked word in lower case, class) of each piece of a token: contractions are taken apart, names and numbers
    masked. `opening` where a capital says nothing."""
    table = lexicon()
    return tuple(_part(piece, raw, table, opening) for piece in _pieces(raw.lower().rstrip("'") or raw, table))


def _pieces(word: str, table: dict[str, str]) -> tuple[str, ...]:
    if word in table or "'" not in word:
        return _SPLIT.get(word, (word,))
    if word in _SPLIT:
        return _SPLIT[word]
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return word[: -len(ending)], full
    if word.endswith("'s"):
        stem = word[:-2]
        return (stem, "is") if stem in _IS_AFTER else (stem, "'s")
    return (word,)


_MARKS = {'"': "Mark", **dict.fromkeys(",;:()", "Comma"), **dict.fromkeys(".!?", "Stop"), "'": "'s"}


def _part(piece: str, raw: str, table: dict[str, str], opening: bool) -> tuple[str, str]:
    first = piece[0]
    if first.isdigit():
        return "<number>", "Number"
    if first in "\u00a3$\u20ac":
        return "<money>", "Sum"
    if kind := table.get(piece):
        return (f"<{kind.lower()}>" if kind in ("Day", "Number") else piece), kind
    if mark := _MARKS.get(first):
        return piece, mark
    return ("<name>", "Name") if raw[0].isupper() and not opening else (piece, "Word")
