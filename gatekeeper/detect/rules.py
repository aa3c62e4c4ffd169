"""The frame rules: bearer, force and object of a commitment, each with its number and its plain-English reason.

Written from the grammar of English commitments: performatives ("I accept"), commissives ("the council will pay"),
entitlements ("you can have"), directives (imperative, "I want you to", "can you") and payments. `to` says for which
kinds of recipient a frame counts: an order is an order to staff and to strangers, a wish to the Clerk is a request.
"""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a sentence does, if it does anything in the council's name."""

    OBLIGATION = "obligation"
    INSTRUCTION = "instruction"
    FINANCIAL = "financial"


ANYONE = frozenset({"clerk", "officer", "councillor", "press", "minister", "outside"})
OUTSIDE = frozenset({"press", "minister", "outside"})
STAFF = frozenset({"officer", "outside"})
OFFICES = frozenset({"officer", "clerk", "outside"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One frame. `frame` is in the language of `pattern`; `to` the recipients for whom it counts.

    `asks` frames keep their force in a question ("Can you move it?").
    """

    number: int
    act: Act
    reason: str
    frame: str
    to: frozenset[str] = ANYONE
    asks: bool = False


_ACCEPTS = "It accepts something in the council's name, which only the council or the Clerk may do."
_PROMISES = "It says as a settled thing what the council will do."
_ENTITLES = "It gives somebody a right, a place or a permission that is the council's to give."
_ORDERS = "It tells somebody to do work or to change what they do."
_PAYS = "It lets council money out, or clears a bill."
_BUYS = "It orders or hires something on the council's account."

RULES = (
    # performatives
    Rule(1, Act.OBLIGATION, _ACCEPTS, "AUTHOR WILLING Accept ( PRICE / It / ~{0,4} Behalf )"),
    Rule(2, Act.OBLIGATION, _ACCEPTS, "AUTHOR Be Adv* Accept.ing ( PRICE / It )"),
    Rule(3, Act.OBLIGATION, _ACCEPTS, "I Have Adv* ( Resolved To Accept / Accept.ed ) ( PRICE / It )"),
    Rule(4, Act.OBLIGATION, _ACCEPTS,
         "Council ( Be Happy To / Will )? Adv* ( Accept|Agree|Grant|Engage|Promise|Give|Order|Fund|Pay|Confirm"
         "|Accept.s|Agree.s|Grant.s|Engage.s|Promise.s|Give.s|Order.s|Fund.s|Pay.s|Confirm.s ) (! That|Stop|Comma|With )"),
    Rule(5, Act.OBLIGATION, _ACCEPTS, "AUTHOR WILLING Agree To ( PRICE / PLACE / Your|Det|It ~{0,4} ( Work|Grant ) )"),
    Rule(6, Act.OBLIGATION, _PROMISES,
         "AUTHOR WILLING ( Promise|Confirm|Said ) You? That? Det? Name* ( Council|Town|We ) Will"),
    Rule(7, Act.OBLIGATION, _ACCEPTS, "AUTHOR WILLING Confirm ( Our|Your|Det|That ~{0,2} )? ( Order|Quote|Engage )"),
    Rule(8, Act.OBLIGATION, _ENTITLES,
         "AUTHOR WILLING Grant ( You|Your|Them|Det|Permit|Name|Sum ) (! ~{0,3} ( Social|Private|Inform|Info ) )"),
    Rule(9, Act.OBLIGATION, _ENTITLES, "AUTHOR WILLING Give ( You|Them|Name )? ( My|Our|Det )? Permit"),
    Rule(10, Act.OBLIGATION, _ENTITLES, "I Have Adv* ( Grant.ed|Engage.ed ) ( You|It|Them|Det|Your|Name )"),
    Rule(11, Act.OBLIGATION, _ENTITLES, "AUTHOR Be Adv* Grant.ing ( You|It|Them|Det|Name )"),
    Rule(12, Act.OBLIGATION, _BUYS,
         "We ( Would Like To / Will / Be Happy To / Can / Want To ) Adv* ( ( Order|Engage ) ( Det|Number|It|Your|You|Sum )"
         " / ( Have|Take ) ( Number|Det ) ~{0,6} Sum )"),
    Rule(13, Act.OBLIGATION, _BUYS, "I Have Adv* ( Order.ed|Engage.ed ) ~{0,8} ( Council|Behalf )"),
    Rule(14, Act.OBLIGATION, _BUYS,
         "( Take|Accept|Treat|Consider ) It Info? As ~{0,3} ( Order|Quote|Permit|Accept.ed|Agree.ed|Confirm.ed"
         "|Approve.ed )"),
    Rule(15, Act.OBLIGATION, _ACCEPTS,
         "( Consider|Treat|Take ) ( It|That|Det|Your ) ~{0,2} ( Agree.ed|Approve.ed|Accept.ed|Work.ed|Yours|Confirm.ed"
         "|Grant.ed|Approve )"),
    Rule(16, Act.OBLIGATION, _ACCEPTS,
         "( Quote|Sum ) ( Of Sum / For ~{1,4} )? Be Adv* ( Accept.ed|Agree.ed|Fine )"),
    Rule(17, Act.OBLIGATION, _BUYS, "^ LEAD* Please ( Order|Engage ) ~{0,3} ( Us|Our|Number|Sum )", OUTSIDE),
    Rule(18, Act.OBLIGATION, _BUYS, "^ LEAD* ( Can|Could|Would ) You Please? ( Order|Engage ) Us ( In|For )", OUTSIDE, True),
    Rule(19, Act.OBLIGATION, _BUYS, "^ LEAD* Please ( Send|Work ) ( Us|Det Council ) ( Number|Sum ~{1,4} )", OUTSIDE),
    # commissives
    Rule(20, Act.OBLIGATION, _PROMISES,
         "( Council|Town ) Will Adv* ( Work|Fund|Pay|Take|Give|Grant|Keep|Get|Put|Send|Make|Let|Order|Engage|Word )"),
    Rule(21, Act.OBLIGATION, _PROMISES, "( Council|Town ) Will Not Adv* ( Work|Pay|Order|Word )"),
    Rule(22, Act.OBLIGATION, _PROMISES,
         "( Council|Town ) Will Adv* ( Have|Be ) Adv* ( It|Det|Your|Number|Grant.ing|Give.ing|Work.ing|Pay.ing|Fund.ing )"),
    Rule(23, Act.OBLIGATION, _PROMISES,
         "We Will Adv* ( Fund|Grant|Accept|Pay ) ( You|It|Det|Your|For|Sum|Them|That|Number )", OUTSIDE),
    Rule(24, Act.OBLIGATION, _PROMISES,
         "We Will Adv* ( Work|Put|Get ) (! It On ) ( It|Det|Your|Number|You|Them ) (! ~{0,3} ( Inform|Info ) )", OUTSIDE),
    Rule(25, Act.OBLIGATION, _PROMISES,
         "We Will Not ( Be )? Adv* ( Work|Pay|Work.ing ) ( You|It|Det|For|Your|Word )", OUTSIDE),
    # entitlements
    Rule(30, Act.OBLIGATION, _ENTITLES,
         "You ( Can|May ) Adv* ( ( Have|Keep ) ( Your|It|Number|Place|Quote|Det (! Inform|Info|Social|Good|Word Of ) ) "
         "/ Work ( Det ~{0,3} Place ) )", OUTSIDE),
    Rule(31, Act.OBLIGATION, _ENTITLES, "( Place|Quote|It|Number|Day ) ( Be|'s|Will Be ) Adv* Yours"),
    Rule(32, Act.OBLIGATION, _ENTITLES, "You Will Adv* ( Get|Have ) ( Det|Number|Your|Sum|It ) (! Inform|Info )", OUTSIDE),
    Rule(33, Act.OBLIGATION, _ENTITLES, "You Have Get.ed Det ~{0,2} ( Quote|Place )", OUTSIDE),
    Rule(34, Act.OBLIGATION, _ENTITLES, "You Have ( My|Our|Det Council 's? ) ~{0,1} Permit"),
    Rule(35, Act.OBLIGATION, _ENTITLES, "Permit ( Be|Have Been )? Adv* ( Grant.ed|Give.ed )"),
    Rule(36, Act.OBLIGATION, _PROMISES, "It Will Adv* ( Be|Get ) Adv* ( Work.ed|Put|Take.ed|Fund.ed )", OUTSIDE),
    # directives
    Rule(40, Act.INSTRUCTION, _ORDERS,
         "AUTHOR ( Be Adv* Instruct.ing / Adv* Instruct / Have Adv* Instruct.ed ) ( You|Them|Det|Name )"),
    Rule(41, Act.INSTRUCTION, _ORDERS, "^ LEAD* ( Work|Take|Put|Get|Keep|Make ) NOTINFO ( THING|In ) ~{1,9}", STAFF),
    Rule(42, Act.INSTRUCTION, _ORDERS,
         "AUTHOR ( Would Like / Want / Would Inform / Must Inform / Be Said|Inform ) ( You|Your|Name|Det ~{1,4} ) "
         "To Adv* ( BASE|Have ) (! Me|Info )", STAFF),
    Rule(43, Act.INSTRUCTION, _ORDERS, "AUTHOR ( Want / Would Like ) ( Det|Your|It|That ) ~{0,5} DONE", STAFF),
    Rule(44, Act.INSTRUCTION, _ORDERS,
         "^ LEAD* ( Can|Could|Would|Will ) You Adv* Please* Adv* ( ACT|Make|Give|Send ) NOTINFO ( THING|In )",
         STAFF, True),
    Rule(45, Act.INSTRUCTION, _ORDERS, "Would You Inform DOING THING", STAFF, True),
    Rule(46, Act.INSTRUCTION, _ORDERS, "You ( Be To / Must ) Adv* Not? BASE", STAFF),
    Rule(47, Act.INSTRUCTION, _ORDERS, "^ LEAD* Proceed ( With|To|Det|Stop )", STAFF),
    Rule(48, Act.INSTRUCTION, _ORDERS, "I Have? Adv* ( Said|Instruct.ed ) ( ( Det|Name ) ~{0,2} / Them|You ) To BASE"),
    Rule(49, Act.OBLIGATION, _ENTITLES, "I Have? Adv* Said ( ( Det|Name ) ~{0,2} / Them ) ( He|You ) ( Can|May|Have|Will )"),
    # payments
    Rule(60, Act.FINANCIAL, _PAYS,
         "AUTHOR ( WILLING / Have Adv* / Be Adv* ) ( Approve|Approve.ed|Approve.ing|Agree.ed|Grant.ed ) "
         "~{0,6} ( Money|Pay|Pay.ed|Sum|Order )"),
    Rule(61, Act.FINANCIAL, _PAYS, "( Money|Sum ) ( ( Of|For ) ~{1,4} )? Be Adv* Approve.ed"),
    Rule(62, Act.FINANCIAL, _PAYS, "^ LEAD* Pay ( It|Them|Det|Name|Sum|Your|Word|Money )", OFFICES),
    Rule(63, Act.FINANCIAL, _PAYS, "( Happy|Fine ) ( For|To|With ) ~{0,5} ( Be Pay.ed / Pay )"),
    Rule(64, Act.FINANCIAL, _PAYS, "^ LEAD* ( Put|Work ) ( It|Them|Det ) ~{0,6} ( On|To|In ) ~{0,3} Money", OFFICES),
    Rule(65, Act.FINANCIAL, _PAYS, "( It|Money|Det ~{1,3} ) Can Adv* Be Adv* Pay.ed", OFFICES),
    Rule(66, Act.FINANCIAL, _PAYS, "( Approve.ed By Me / You Have ( My|Our ) ( Council|Permit ) To Pay )"),
    Rule(67, Act.FINANCIAL, _PAYS, "I Have? Adv* ( Approve|Approve.ed ) ( It|Them|Det|Your|Name|That|Stop )"),
)  # fmt: skip
"""All frames, in the order in which they are tried; the first that stands unguarded gives the reason."""
