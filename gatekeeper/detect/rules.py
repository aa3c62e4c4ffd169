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
OFFICER = frozenset({"officer"})
OUTSIDE = frozenset({"press", "minister", "outside"})
STAFF = frozenset({"officer", "outside"})
PURSE = frozenset({"officer", "clerk"})
LISTENERS = OUTSIDE | {"officer"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One frame. `frame` is in the language of `pattern`; `to` the recipients for whom it counts.

    `asks` frames keep their force in a question ("Can you move it?"). `answers` frames take their meaning from the
    quoted question that they answer, and count only below or above one.
    """

    number: int
    act: Act
    reason: str
    frame: str
    to: frozenset[str] = ANYONE
    asks: bool = False
    answers: bool = False


_ACCEPTS = "It accepts something in the council's name, which only the council or the Clerk may do."
_PROMISES = "It says as a settled thing what the council will do."
_ENTITLES = "It gives somebody a right, a place or a permission that is the council's to give."
_ORDERS = "It tells somebody to do work or to change what they do."
_PAYS = "It lets council money out, or clears a bill."
_BUYS = "It orders or hires something on the council's account."

_OBL, _INS, _FIN = Act.OBLIGATION, Act.INSTRUCTION, Act.FINANCIAL

RULES = (
    # payments come first: they take precedence where two frames stand
    Rule(60, _FIN, _PAYS,
         "AUTHOR ( WILLING / Have Adv* / Be Adv* ) ( Approve|Approve.ed|Approve.ing|Grant.ed ) ~{0,6} ( "
         "Money|Pay|Pay.ed|Sum|Buy )"),
    Rule(61, _FIN, _PAYS, "( Money|Sum ) ( ( Of|For ) ~{1,4} )? ( Be|Consider )? Adv* Approve.ed"),
    Rule(74, _FIN, _PAYS,
         "^ LEAD* GO ( Work|Put|Take|Get|Let|Give|Send|Charge|Buy ) (! Me|My|Us|Info ) (! ~{0,2} Info ) ~{0,8} "
         "( Sum|Money )", PURSE),
    Rule(62, _FIN, _PAYS,
         "^ LEAD* ( Can|Could|Would|Will )? You? Adv* Please? Pay ( It|Them|Det|Name|Sum|Your|Money )",
         PURSE, asks=True),
    Rule(63, _FIN, _PAYS, "( Happy|Fine ) ( For|To|With ) ~{0,5} ( Be Pay.ed / Pay )"),
    Rule(64, _FIN, _PAYS,
         "^ LEAD* GO ( Put|Work|Charge ) ( It|Them|Det|My|Name ) ~{0,7} ( On|To|In ) ~{0,4} ( Money )",
         LISTENERS | PURSE),
    Rule(65, _FIN, _PAYS, "( It|Money|Det ~{1,3} ) Can Adv* Be Adv* Pay.ed", PURSE),
    Rule(66, _FIN, _PAYS, "( Approve.ed By Me / You Have ( My|Our ) ( Council|Permit ) To Pay )"),
    Rule(67, _FIN, _PAYS, "I ( Have Adv* / Be Adv* )? ( Approve|Approve.ed|Approve.ing ) ( THING|Stop|Comma|Day )"),
    Rule(68, _FIN, _PAYS, "I Have? Adv* Sign.ed ( It|Them )? In"),
    Rule(69, _FIN, _PAYS, "AUTHOR Have Adv* ~ ( ~{1,6} For ( Money|Pay ) )"),
    Rule(70, _FIN, _PAYS,
         "^ LEAD* Adv* ( Give|Send|Pay ) ( Them|Name|You / Det ~{1,2} ) ( Their|Det|Your )? Sum", PURSE),
    Rule(71, _FIN, _PAYS, "^ LEAD* ( Buy|Approve (! Of ) ) ( THING )", PURSE),
    Rule(72, _FIN, _PAYS, "^ LEAD* ( Order|Get|Engage|Work ) ~{0,12} ( Pay|Pay.ed (! By ) )", PURSE),
    Rule(73, _FIN, _PAYS, "AUTHOR ( Be Adv* Happy To / Will / Can )? Adv* ( Have )? Agree.ed ~{0,3} ( Money|Sum )"),
    # acceptances, orders and other performatives
    Rule(1, _OBL, _ACCEPTS, "AUTHOR WILLING Accept ( PRICE / It (! Was|Be ) / ~{0,4} Behalf )"),
    Rule(2, _OBL, _ACCEPTS, "AUTHOR Be Adv* Accept.ing ( PRICE / It )"),
    Rule(3, _OBL, _ACCEPTS, "I Have Adv* ( Resolved To Accept / Accept.ed ) ( PRICE / It )"),
    Rule(4, _OBL, _ACCEPTS,
         "Council ( Be Adv* Happy To )? Adv* ( "
         "Accept|Agree|Grant|Engage|Promise|Give|Order|Fund|Pay|Confirm"
         "|Accept.s|Agree.s|Grant.s|Engage.s|Promise.s|Give.s|Order.s|Fund.s|Confirm.s "
         ") (! That|Stop|Comma|With|No|Not / To Be )", LISTENERS),
    Rule(5, _OBL, _ACCEPTS, "AUTHOR WILLING Agree To ( PRICE / PLACE / ( Your|Det|It ) ~{0,4} ( Work|Grant ) )"),
    Rule(6, _OBL, _PROMISES, "AUTHOR WILLING ( Promise|Confirm|Said ) You? That? Det? Name* ( Council|Town|We ) Will"),
    Rule(7, _OBL, _ACCEPTS, "AUTHOR WILLING Confirm ( Our|Your|Det|That ~{0,2} )? ( Order|Quote|Engage|Hire )"),
    Rule(8, _OBL, _ENTITLES,
         "AUTHOR WILLING ( Grant|Offer ) ( You|Your|Them|Det|Permit|Name|Sum ) (! ~{0,3} ( "
         "Social|Private|Inform|Info|Our|My ) )"),
    Rule(9, _OBL, _ENTITLES, "AUTHOR WILLING Give ( You|Them|Name )? ( My|Our|Det )? ( Permit|Agree )"),
    Rule(10, _OBL, _ENTITLES, "I Have Adv* ( Grant.ed|Engage.ed|Offer.ed|Hire.ed ) ( You|It|Them|Det|Your|Name )"),
    Rule(11, _OBL, _ENTITLES, "AUTHOR Be Adv* ( Grant.ing|Offer.ing ) ( You|It|Them|Det|Name )"),
    Rule(12, _OBL, _BUYS,
         "We ( Would Like To / Will / Be Happy To / Can / Want To ) Adv* ( ( Order|Engage|Hire|Buy ) ( "
         "Det|Number|It|Your|You|Sum ) / ( Have|Take ) ( Number|Det ) ~{0,6} ( Sum|Quote ) )"),
    Rule(13, _OBL, _BUYS, "I Have Adv* ( Order.ed|Engage.ed|Hire.ed|Buy.ed ) ~{0,8} ( Council|Behalf|You )"),
    Rule(14, _OBL, _BUYS,
         "( Take|Accept|Treat|Consider ) It Info? As ~{0,3} ( "
         "Order|Quote|Permit|Accept.ed|Agree.ed|Confirm.ed|Approve.ed|Work.ed )"),
    Rule(15, _OBL, _ACCEPTS,
         "( Consider|Treat|Take ) ( It|That|Det|Your ) ~{0,2} ( "
         "Agree.ed|Approve.ed|Accept.ed|Work.ed|Yours|Confirm.ed|Grant.ed|Approve|Sign.ed )"),
    Rule(16, _OBL, _ACCEPTS, "( Quote|Sum|Offer ) ( Of Sum / For ~{1,4} )? Be Adv* ( Accept.ed|Agree.ed|Fine )"),
    Rule(17, _OBL, _BUYS, "^ LEAD* Please ( Order|Engage ) ~{0,3} ( Us|Our|Number|Sum )", OUTSIDE),
    Rule(18, _OBL, _BUYS,
         "^ LEAD* ( Can|Could|Would ) You Please? ( Order|Engage|Put ) Us ( In|For )", OUTSIDE, asks=True),
    Rule(19, _OBL, _BUYS, "^ LEAD* Please ( Send|Work ) ( Us / Det Council )? ~{0,1} ( Number|Sum )", OUTSIDE),
    Rule(26, _OBL, _ACCEPTS,
         "AUTHOR ( Be Adv* Happy To / Will / Would Like To / Can ) Adv* Go ( With|Ahead ) ~{0,3} ( "
         "Quote|You|Offer )"),
    Rule(27, _OBL, _ACCEPTS, "Behalf Of ~{0,4} Council Comma? AUTHOR WILLING ( Accept|Agree|Confirm|LENDS )"),
    Rule(28, _OBL, _ACCEPTS,
         "( It Be / AUTHOR Be Word ) To Confirm ( Our|Det|That ) ~{0,3} ( Order|Hire|Quote|Council )"),
    Rule(29, _OBL, _BUYS, "AUTHOR ( Would Like To / Will / Be Happy To ) Adv* Take You On"),
    # promises of the council
    Rule(20, _OBL, _PROMISES, "( Council|Town ) ( Will / Can ) Adv* ( LENDS|Word|Errand )", OUTSIDE),
    Rule(21, _OBL, _PROMISES, "( Council|Town ) Will Not Adv* ( LENDS|Word|Work.ing|Charge.ing )", OUTSIDE),
    Rule(22, _OBL, _PROMISES,
         "( Council|Town ) Will Adv* ( Have|Be ) Adv* ( "
         "It|Det|Your|Number|Grant.ing|Give.ing|Work.ing|Pay.ing|Fund.ing )", OUTSIDE),
    Rule(23, _OBL, _PROMISES,
         "We Will Adv* ( Fund|Grant|Accept|Pay ) ( You|It|Det|Your|For|Sum|Them|That|Number )", OUTSIDE),
    Rule(24, _OBL, _PROMISES,
         "We Will Adv* ( Work|Put|Get ) (! It On ) ( It|Det|Your|Number|You|Them|In ) (! ~{0,3} ( "
         "Inform|Info|Meeting ) )", OUTSIDE),
    Rule(25, _OBL, _PROMISES,
         "We Will Not Be? Adv* ( Work|Pay|Work.ing|Charge|Charge.ing|Take|Inform.ing ) ( "
         "You|It|Det|For|Your|Word )", OUTSIDE),
    Rule(37, _OBL, _PROMISES, "Will Be No Charge", OUTSIDE),
    Rule(38, _OBL, _PROMISES, "We WILLING Promise To ( LENDS )", OUTSIDE),
    Rule(39, _OBL, _PROMISES, "AUTHOR WILLING Promise ( You )? ( Det|Sum|Number ) (! Council|Town )", OUTSIDE),
    # entitlements
    Rule(30, _OBL, _ENTITLES,
         "You ( Can|May ) Adv* ( ( Have|Keep ) ( It|Number|Place|Quote / Your ~{0,2} Place / Det (! "
         "Inform|Info|Social|Good|Word Of ) ) / ( Work|Put|Take ) ( Det ~{0,3} Place ) )", OUTSIDE),
    Rule(31, _OBL, _ENTITLES, "( Be|'s / Will Be ) Adv* Yours"),
    Rule(32, _OBL, _ENTITLES, "You Will Adv* ( Get|Have ) ( Det|Number|Your|Sum|It ) (! Inform|Info )", OUTSIDE),
    Rule(33, _OBL, _ENTITLES, "You Have Get.ed Det ~{0,2} ( Quote|Place )", OUTSIDE),
    Rule(34, _OBL, _ENTITLES,
         "You Have Get.ed? ( My|Our|Det Name* Council ) ~{0,1} ( Permit|Agree|Promise ) (! That? I )"),
    Rule(35, _OBL, _ENTITLES, "( Permit|Agree ) ( Be / Have Been )? Adv* ( Grant.ed|Give.ed )"),
    Rule(36, _OBL, _PROMISES, "It Will Adv* ( Be|Get ) Adv* ( DONE )", OUTSIDE),
    Rule(55, _OBL, _ENTITLES, "( Can|Will|Happy To ) Adv* Let ( You|Them|Name ) Have", OUTSIDE),
    # orders and go-aheads
    Rule(40, _INS, _ORDERS,
         "AUTHOR ( Be Adv* Instruct.ing / Adv* Instruct / Have Adv* Instruct.ed ) ( You|Them|Det|Name )"),
    Rule(41, _INS, _ORDERS,
         "^ LEAD* GO ( Work|Take|Put|Get|Keep ) NOTINFO ( THING / In ( Det|It|Your|Them|Number ) ) ~{1,9}", STAFF),
    Rule(42, _INS, _ORDERS,
         "AUTHOR ( Would Like / Want / Would Inform / Must Inform / Be Inform.ing / Should Like / Adv Inform ) "
         "TOLD To Adv* Not? ( BASE|Have|Errand ) (! Me|Info )", STAFF),
    Rule(43, _INS, _ORDERS,
         "AUTHOR ( Want / Would Like ) ( Det|Your|It|That ) (! ~{0,2} ( Quote|Info ) ) ~{1,5} ( DONE )", STAFF),
    Rule(44, _INS, _ORDERS,
         "^ LEAD* ( ( Can|Could|Will ) You Adv* / Would You Please ) Please* Adv* ( ACT|Make|Give|Send ) (! Us "
         ") NOTINFO ( THING|In|DOING )", STAFF, asks=True),
    Rule(45, _INS, _ORDERS, "Would You Inform DOING THING", STAFF, asks=True),
    Rule(46, _INS, _ORDERS, "You ( Be To / Must ) Adv* Not? Adv* ( BASE )", STAFF),
    Rule(47, _INS, _ORDERS, "^ LEAD* ( Proceed ( With|To|Det|Stop ) / Go Ahead / Start On )", STAFF),
    Rule(48, _INS, _ORDERS,
         "I Have? Adv* ( Said|Instruct.ed ) ( You|Them / ( Det|Name ) ~{0,2} ) To (! Work Me|You ) ( BASE )"),
    Rule(49, _OBL, _ENTITLES,
         "I Have? Adv* Said ( Them / ( Det|Name ) ~{0,2} ) ( He|You ) ( Can|May|Have|Will ) (! Inform|Errand )"),
    Rule(50, _INS, _ORDERS, "You ( Can|May ) Adv* ( Start|Go Ahead|Proceed ) (! By )", STAFF),
    Rule(51, _INS, _ORDERS,
         "^ LEAD* Please? Do ( Not ( Work|Put|Start|Order|Buy|Pay ) THING / ( It|Det|Number|Name ) / ( Work ) "
         "THING )", STAFF),
    Rule(52, _INS, _ORDERS, "You Would? Better Adv* ( BASE )", STAFF),
    Rule(53, _INS, _ORDERS, "( Want DOING / ( Must|Have To|Be To ) Adv* ( Be ( DONE ) / Go ) )", STAFF),
    Rule(54, _INS, _ORDERS, "( Happy|Fine ) ( With|For ) You ( DOING / To ( ACT ) )", STAFF),
    Rule(59, _INS, _ORDERS, "^ LEAD* Tell ~{1,3} To Not? ( BASE|Errand )", STAFF),
    Rule(56, _INS, _ORDERS, "Council Want TOLD To ( BASE )", LISTENERS),
    Rule(57, _INS, _ORDERS, "Your ~{1,2} ( Be To / Must / Will Want To ) Adv* ( BASE|Have|Be )", STAFF),
    Rule(58, _INS, _ORDERS, "^ LEAD* GO Give NOTINFO ( Them|Name / Det ~{1,2} ) ( Det|Place|Word )", STAFF),
    Rule(86, _INS, _ORDERS,
         "^ LEAD* ( Can|Could ) Somebody Please? Adv* ( Go And )? ( ACT ) NOTINFO ( THING / In )", STAFF, asks=True),
    Rule(84, _OBL, _ACCEPTS, "I Have? Said Yes To"),
    Rule(85, _OBL, _PROMISES, "I Have? ( Said|Promise.ed ) ~{0,5} ( Council|We ) ( Would|Will ) Adv* ( LENDS )"),
    # answers to a quoted question
    Rule(80, _INS, _ORDERS, "^ LEAD* ( Go Ahead / Do It / Start On )", ANYONE, answers=True),
    Rule(81, _OBL, _ACCEPTS,
         "^ ( Comma|Adv|Number )* ( Yes|Fine|Happy|Agree.ed|Accept.ed|Approve.ed ) ( "
         "Yes|Good|Comma|Adv|Please|Fine|Happy|With|That|It|Name|As"
         "|Past|Day|Agree.ed|Accept.ed|Approve.ed|On|We|Will|Det|Number|Inform|In|Do|Yours "
         "){0,9} Stop? $", OUTSIDE, answers=True),
)  # fmt: skip
"""All frames, in the order in which they are tried; the first that stands unguarded gives the reason."""
