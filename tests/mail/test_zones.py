"""Whose words a passage is. A lost own line is a missed matter; a leaked one only a needless question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.mail.html import Mark, MarkKind, page
from gatekeeper.mail.zones import MAX_OPENINGS, hidden_zones, zones

ON_WROTE = "On Tue, 3 Mar 2026 at 10:00, Bob Builder <bob@builder.example> wrote:"
OUTLOOK = "From: Bob Builder\nSent: 03 March 2026 10:00\nTo: Jane Smith\nSubject: Shelter roof\n"


def words(text: str, zone: Zone = Zone.OWN) -> str:
    return "".join(text[s.start : s.end] for s in zones(text) if s.zone is zone).strip()


def of_html(source: str, zone: Zone = Zone.OWN, forwarding: bool = False) -> str:
    found = page(source)
    stretches = zones(found.visible, found.marks, forwarding)
    return "".join(found.visible[s.start : s.end] for s in stretches if s.zone is zone).strip()


def partition(text: str, stretches: tuple[Stretch, ...]) -> None:
    position = 0
    for stretch in stretches:
        assert stretch.start == position
        assert stretch.end > stretch.start
        position = stretch.end
    assert position == len(text)


HISTORIES = [
    f"{ON_WROTE}\n> Shall I start?\n>\n> Bob",
    "On Tue, 3 Mar 2026 at 10:00, Bob Builder <\nbob@builder.example> wrote:\n\n> Shall I start?",
    "On 3 Mar 2026, Bob wrote:\n> Shall I start?",
    "Bob Builder <bob@builder.example> wrote:\n> Shall I start?",
    "> Shall I start?",
    ">> Older\n> Newer",
    f"{OUTLOOK}\nShall I start?\nI accept nothing.",
    f"________________________________\n{OUTLOOK}\nShall I start?",
    "-----Original Message-----\nFrom: Bob\nSubject: x\n\nShall I start?",
    "*From:* Bob Builder\n*Date:* 3 March 2026\n*To:* Jane\n*Subject:* x\n\nShall I start?",
    "Oddi wrth: Bob\nAnfonwyd: 03 Mawrth 2026 10:00\nAt: Jane\nPwnc: To\n\nA gaf i ddechrau?",
    "Ar ddydd Mawrth, 3 Mawrth 2026 am 10:00, Bob <bob@b.example> ysgrifennodd:\n> A gaf i ddechrau?",
    "Ar Maw, 3 Maw 2026 am 10:00 ysgrifennodd Bob Builder <bob@b.example>:\n> A gaf i ddechrau?",
    "On Tuesday, 3 March 2026 at 10:00:00 GMT, Bob Builder <bob@b.example> wrote:\n\nShall I start?",
]


@pytest.mark.parametrize("history", HISTORIES)
def test_history_below_a_reply_is_quoted(history: str) -> None:
    text = f"Please go ahead.\n\n{history}"
    assert words(text) == "Please go ahead."
    assert words(text, Zone.QUOTED) == history.strip()


@pytest.mark.parametrize(
    "history",
    [
        "---------- Forwarded message ---------\nFrom: Bob <bob@b.example>\nDate: Tue, 3 Mar 2026\nTo: x\n\nI accept.",
        f"Begin forwarded message:\n\n{OUTLOOK}\nI accept.",
        "Begin forwarded message:\n\n> From: Bob\n> Date: 3 March 2026\n> To: Jane\n>\n> I accept.",
    ],
)
def test_what_is_forwarded_is_no_own_text(history: str) -> None:
    assert words(f"See below.\n\n{history}") == "See below."
    assert "I accept." in words(f"See below.\n\n{history}", Zone.FORWARDED)


def test_a_subject_that_says_so_makes_a_reply_header_a_forward() -> None:
    text = f"See below.\n\n{OUTLOOK}\nI accept."
    assert zones(text, (), forwarding=True)[-1].zone is Zone.FORWARDED


def test_answers_between_quoted_lines_are_own() -> None:
    text = f"{ON_WROTE}\n> Shall I start?\nYes, on Monday.\n> And the fence?\n\nThat too.\n"
    assert words(text).split("\n") == ["Yes, on Monday.", "", "That too."]


def test_a_reply_below_the_quote_is_own() -> None:
    assert words(f"{ON_WROTE}\n> Shall I start?\n\nI accept your price.\n\nJane") == "I accept your price.\n\nJane"


def test_a_reply_below_a_quoted_original_message_is_own() -> None:
    text = f"-----Original Message-----\n{OUTLOOK}\n> Shall I start?\n\nYes, go ahead."
    assert words(text) == "Yes, go ahead."


@pytest.mark.parametrize(
    "text",
    [
        "From: the start of April we shall pay you.\nDo begin.",
        "From: the start of April\nTo: the end of May\nwe shall pay you.",
        "Thanks\n\nI accept your price.",
        "Thanks\nGo ahead and order the materials.",
        "Thanks,\nApproved",
        "Thanks\nYes\nJane",
        "Cheers\n£500",
        "Many thanks\nBlue paint for the pavilion\nTwo coats",
        "Thanks\nBob\nis the man for the job, we accept.",
        "On Tuesday the council wrote to you: go ahead.",
        "On Monday I wrote:\n\nI accept your price.",
        "On 3 March we accept your price.",
        ">From Monday you may start.",
        "-- \nI accept your price.",
        "Sent from my mobile, go ahead with the order",
        "Sent from the office: your order",
        "This email is confidential. I accept your price.",
        "This message confirms the order.",
        "The information in your letter is right and I agree.",
        "If you have received this invoice, pay it.",
        "Begin forwarded message:\nI accept your price.",
        "_____________\nI accept your price.",
        "-----Original Message-----\n\nI accept your price.",
        "Best\nbefore Friday please start.",
        "-----\nYes.\n-----",
        "Date: 3 March\nSubject: the wall\nI accept.",
        "Any views? Unless you object I shall pay.",
    ],
)
def test_what_only_looks_like_something_else_is_own(text: str) -> None:
    lost = [text[s.start : s.end] for s in zones(text) if s.zone is not Zone.OWN]
    assert "".join(lost).strip() in ("", "--", "Thanks\nBob", "Best")
    assert all(word not in "".join(lost) for word in ("accept", "ahead", "pay", "order", "Yes", "Approved", "500"))


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nJane Smith\nChair of Planning\n01234 567890",
        "Kind regards\n\nJane Smith\nChair of Planning\nStotfold Town Council\nTel: 01234 567890",
        "Many thanks,\nJane",
        "Yours sincerely\nCllr A. J. Carrow\nChairman, Amenities Committee",
        "Cofion gorau,\nCyngh. Aled Humphrey\nCyngor Cymuned Pentre Gwyn",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Sent from Outlook for Android",
        "Anfonwyd o fy iPhone",
    ],
)
def test_a_signature_is_told_from_the_text_above(signature: str) -> None:
    text = f"I accept your price.\n\n{signature}\n"
    assert words(text) == "I accept your price."
    assert words(text, Zone.SIGNATURE) == signature


def test_a_signature_ends_where_history_begins() -> None:
    text = f"No.\n\nKind regards\nJane Smith\n\n{ON_WROTE}\n> Shall I start?\n"
    assert [s.zone for s in zones(text)] == [Zone.OWN, Zone.SIGNATURE, Zone.QUOTED]


@pytest.mark.parametrize("mark", ["PS", "P.S.", "ps", "P.S", "Ps -"])
def test_a_postscript_after_a_signature_is_own(mark: str) -> None:
    text = f"See you Friday\n\nKind regards\nDaz\n\n{mark} the pavilion's yours for nothing.\n"
    assert "pavilion's yours" in words(text)
    assert "pavilion's yours" in words(f"Hello\n-- \nDaz\n{mark} the pavilion's yours for nothing.\n")


@pytest.mark.parametrize(
    "extra",
    [
        "I accept your price.",
        "Order it today.",
        "Contract awarded to Hollis Roofing",
        "£640 Friday",
        "the council will pay for two coats of paint",
    ],
)
def test_own_text_after_a_signature_stays_own(extra: str) -> None:
    for signature in (
        "-- \nJane Smith\n01234 567890",
        "Kind regards\nJane Smith",
        "Thanks\nJane",
        "Sent from my iPhone",
    ):
        assert extra in words(f"Hello\n\n{signature}\n{extra}\n")
        assert extra in words(f"Hello\n\n{signature}\n\n{extra}\n")


DISCLAIMER = (
    "This email and any attachments are confidential and intended solely for the addressee. If you have received it "
    "in error please notify the sender and delete it. The Council accepts no liability for viruses."
)


def test_a_disclaimer_is_told_from_the_text_above() -> None:
    text = f"I accept your price.\n\nKind regards\nJane Smith\n\n{DISCLAIMER}"
    assert words(text) == "I accept your price."
    assert words(text, Zone.DISCLAIMER) == DISCLAIMER


def test_a_disclaimer_below_its_heading_is_one() -> None:
    assert words(f"Hello\n\nDISCLAIMER\n\n{DISCLAIMER}") == "Hello"


@pytest.mark.parametrize(
    "sentence",
    ["We accept your price.", "The Council will pay you £500.", "You may start on Monday.", "I approve it."],
)
def test_a_sentence_of_business_inside_a_disclaimer_is_own(sentence: str) -> None:
    assert (
        words(f"Hello\n\n{DISCLAIMER} {sentence} Any views expressed are those of the sender.")
        == f"Hello\n\n{sentence}"
    )


GMAIL = (
    '<div dir="ltr">Please go ahead.</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, 3 Mar 2026 at '
    '10:00, Bob &lt;<a href="mailto:bob@b.example">bob@b.example</a>&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">Shall I start?</blockquote>{after}</div>{below}'
)


def test_a_gmail_reply_gives_its_own_words_only() -> None:
    assert of_html(GMAIL.format(after="", below="")) == "Please go ahead."


def test_own_words_inside_and_below_a_gmail_quote_are_own() -> None:
    found = of_html(GMAIL.format(after="<div>Yes to that.</div>", below="<div>And order two.</div>"))
    assert [line for line in found.split("\n") if line] == ["Please go ahead.", "Yes to that.", "And order two."]


def test_a_gmail_forward_ends_with_its_box() -> None:
    source = (
        '<div>FYI</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: <b>Bob</b><br>Date: Tue, 3 Mar 2026<br>Subject: x<br>To: Jane<br></div><div>I accept.</div></div>"
        "<div>Please pay it.</div>"
    )
    assert of_html(source).split() == ["FYI", "Please", "pay", "it."]
    assert "I accept." in of_html(source, Zone.FORWARDED)


def test_an_outlook_reply_header_opens_history_to_the_end() -> None:
    header = (
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Bob<br><b>Sent:</b> 3 March 2026<br>'
        "<b>To:</b> Jane<br><b>Subject:</b> x</p></div>"
    )
    assert of_html(f"<p>Go ahead.</p>{header}<p>Shall I start?</p>") == "Go ahead."


def test_a_reply_header_of_an_unknown_language_is_known_by_its_place() -> None:
    header = "<b>Fra:</b> Bob &lt;bob@b.example&gt;<br><b>Sendt:</b> 3 March<br><b>Til:</b> Jane<br><b>Emne:</b> x"
    assert of_html(f'<p>Go ahead.</p><div id="divRplyFwdMsg">{header}</div><p>Shall I?</p>') == "Go ahead."
    assert of_html('<div id="divRplyFwdMsg"></div><p>I accept your price.</p>') == "I accept your price."


def test_an_indented_passage_is_own_unless_an_attribution_stands_above() -> None:
    assert (
        of_html("<p>Hello</p><blockquote>I accept your price.</blockquote>").split("\n")[-1] == "I accept your price."
    )
    assert of_html(
        "<p>Hello</p><p>On 3 Mar 2026, Bob wrote:</p><blockquote>Shall I?</blockquote><p>Yes.</p>"
    ).split() == [
        "Hello",
        "Yes.",
    ]


def test_hidden_text_inside_a_quote_is_quoted_and_elsewhere_own() -> None:
    source = '<p>Hi</p>{0}<blockquote type="cite"><p>a</p>{0}<p>b</p></blockquote>'.format("<i hidden>I accept.</i>")
    found = page(source)
    stretches = hidden_zones(found, zones(found.visible, found.marks))
    partition(found.hidden, stretches)
    assert [s.zone for s in stretches] == [Zone.OWN, Zone.QUOTED]


def test_own_text_keeps_its_offsets() -> None:
    text = "Yes.\n> No?\nNo.\n"
    for offset, own in Text(Where.BODY, text, zones(text)).own():
        assert text[offset:].startswith(own)


LINES = st.sampled_from(
    [
        "", " ", ">", "> a", ">From x", "-- ", "--", "Thanks", "Kind regards", "Bob", "Bob Smith", "From: a", "Sent: 1",
        "To: b", "Subject: c", ON_WROTE, "On 3 Mar", "b@c.example> wrote:", "_____", "-----Original Message-----",
        "Begin forwarded message:", "Sent from my iPhone", DISCLAIMER, "DISCLAIMER", "I accept. No.", "PS x", "\x0b",
        "\u2028", "\ud800", "İ", "Tel: 01234", "Oddi wrth: a", "Anfonwyd: 3",
    ]
)  # fmt: skip
MARKS = st.lists(
    st.builds(
        lambda kind, a, b: (kind, min(a, b), max(a, b)),
        st.sampled_from(list(MarkKind)),
        st.integers(0, 400),
        st.integers(0, 400),
    ),
    max_size=8,
)


@given(st.lists(LINES, max_size=40).map("\n".join) | st.text(), MARKS, st.booleans())
def test_stretches_cover_any_text_once(
    text: str, given_marks: list[tuple[MarkKind, int, int]], forwarding: bool
) -> None:
    marks = [Mark(kind, min(a, len(text)), min(b, len(text))) for kind, a, b in given_marks]
    partition(text, zones(text, marks, forwarding))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_stretches_of_any_page_cover_it_once(text: str) -> None:
    found = page(text.replace("\n", "<br>").replace("> a", "<blockquote type=cite>x</blockquote><i hidden>h</i>"))
    seen = zones(found.visible, found.marks)
    partition(found.visible, seen)
    partition(found.hidden, hidden_zones(found, seen))


@given(
    st.lists(st.sampled_from(["I accept your price.", "Please order it.", "ok", "the council will pay £5"]), min_size=1)
)
def test_plain_words_are_never_lost(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    assert zones(text) == (Stretch(Zone.OWN, 0, len(text)),)


@pytest.mark.parametrize(
    "piece",
    [
        "> a\n",
        "Thanks\nBob\n",
        "From: a\nSent: 1\n",
        ON_WROTE + "\n",
        "-- \n",
        "\n",
        " ",
        "_____\n",
        "disclaimer\nvirus\n",
        "This email is confidential and a virus ",
        "wrote ",
        "x@",
        ">From \n",
        "On 1",
        "thanks\nBob\nx y\n",
        ". ",
    ],
)
def test_long_texts_are_read_whatever_repeats(piece: str) -> None:
    text = piece * (400_000 // len(piece))
    partition(text, zones(text))


def test_openings_beyond_the_limit_stay_own() -> None:
    text = "Kind regards\nBob Smith\nwe met\n" * (MAX_OPENINGS + 5)
    assert sum(s.zone is Zone.SIGNATURE for s in zones(text)) <= MAX_OPENINGS
    assert zones(text)[-1].zone is Zone.OWN
