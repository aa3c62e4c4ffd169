"""Markings: what is one, where it stands, whose it is, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Field, Message, Span
from gatekeeper.detect.markings import Level, Marking, in_title, level_of_field, markings
from gatekeeper.mail.read import read
from tests.builders import a_mail


def found_in(body: str = "Hello\r\n", subject: str = "Hello", extra: str = "") -> tuple[Marking, ...]:
    message = read(a_mail(body, subject=subject, extra=extra))
    assert isinstance(message, Message)
    return markings(message)


@pytest.mark.parametrize(
    ("title", "level", "words"),
    [
        ("RESTRICTED: budget", Level.RESTRICTED, "RESTRICTED"),
        ("Re: CONFIDENTIAL staffing", Level.CONFIDENTIAL, "CONFIDENTIAL"),
        ("RESTRICTED BUDGET", Level.RESTRICTED, "RESTRICTED"),
        ("Staffing (confidential)", Level.CONFIDENTIAL, "confidential"),
        ("Staffing - confidential", Level.CONFIDENTIAL, "confidential"),
        ("[PROTECTED] care list", Level.PROTECTED, "PROTECTED"),
        ("RESTRICTED - list", Level.RESTRICTED, "RESTRICTED"),
        ("Private and confidential", Level.CONFIDENTIAL, "Private and confidential"),
        ("OFFICIAL-SENSITIVE: lease", Level.CONFIDENTIAL, "OFFICIAL-SENSITIVE"),
        ("P R O T E C T E D: list", Level.PROTECTED, "P R O T E C T E D"),
        ("care list PROTECTED.pdf", Level.PROTECTED, "PROTECTED"),
        ("tender-RESTRICTED.pdf", Level.RESTRICTED, "RESTRICTED"),
    ],
)
def test_a_subject_or_the_name_of_a_file_may_bear_a_marking(title: str, level: Level, words: str) -> None:
    assert in_title(title) == (level, words)


@pytest.mark.parametrize(
    "title",
    [
        "Confidential waste bins",
        "Confidentiality agreement",
        "Restricted byway 12",
        "restricted_parking.pdf",
        "Protected species survey.pdf",
        "Restricted funds report",
        "Is this confidential?",
        "Confidential report on the play area",
        "Unrestricted access",
        "Protect our trees",
        "PROTECT OUR TREES",
        "Road to be restricted",
        "",
    ],
)
def test_an_ordinary_word_in_a_title_is_no_marking(title: str) -> None:
    assert in_title(title) is None


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("sensitivity", "Company-Confidential", Level.CONFIDENTIAL),
        ("sensitivity", "private", Level.CONFIDENTIAL),
        ("sensitivity", "Personal", None),
        ("sensitivity", "normal", None),
        ("x-protective-marking", "VER=2018.3, SEC=PROTECTED, ORIGIN=a", Level.PROTECTED),
        ("x-protective-marking", "UNRESTRICTED", None),
        ("x-protective-marking", "Not protected", None),
        ("sio-label", 'fgcolor=black; marking="RESTRICTED"', Level.RESTRICTED),
        ("msip_labels", "MSIP_Label_1-2_Enabled=true; MSIP_Label_1-2_Name=Restricted - Staff;", Level.RESTRICTED),
        ("msip_labels", "MSIP_Label_1-2_Enabled=false; MSIP_Label_1-2_Name=Restricted;", None),
        ("msip_labels", "MSIP_Label_1-2_Name=Protected;MSIP_Label_1-2_ContentBits=0", Level.PROTECTED),
        ("msip_labels", "MSIP_Label_1-2_SiteId=restricted", None),
        ("x-mailer", "RESTRICTED", None),
    ],
)
def test_a_header_field_marks_by_its_name_and_value(name: str, value: str, level: Level | None) -> None:
    assert level_of_field(Field(name, value, Span(0, 0))) is level


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("CONFIDENTIAL\r\n\r\nDear Jane,\r\n\r\nHello.\r\n", "CONFIDENTIAL"),
        ("Dear Jane,\r\n\r\nHello.\r\n\r\n*** RESTRICTED ***\r\n", "*** RESTRICTED ***"),
        ("Classification: PROTECTED\r\nHello.\r\n", "Classification: PROTECTED"),
        ("Hello\r\n\r\nThis email has been marked PROTECTED.\r\n", "This email has been marked PROTECTED."),
        ("CONFIDENTIAL - the lease\r\n\r\nHello\r\n", "CONFIDENTIAL - the lease"),
        ("Please treat the attached as confidential.\r\n", "Please treat the attached as confidential."),
        ("I am telling you this in confidence.\r\n", "I am telling you this in confidence."),
    ],
)
def test_a_line_at_head_or_foot_or_a_plain_request_is_a_marking(body: str, words: str) -> None:
    (found,) = found_in(body)
    assert (found.words, found.where, found.inherited) == (words, "body", False)


@pytest.mark.parametrize(
    "body",
    [
        "Hello\r\n\r\nThis email is confidential and for the addressee only. Delete it if sent in error.\r\n",
        "Hello\r\n\r\nCONFIDENTIALITY NOTICE: this e-mail is privileged. If received in error delete it.\r\n",
        "Confidential\r\n\r\nThis email and its attachments are confidential and for the intended recipient only.\r\n",
        "Is this confidential?\r\n",
        "Please do not treat this as confidential.\r\n",
        "The procedure is confidential.\r\n",
        "the road is\r\nrestricted\r\nto buses\r\n",
        "We no longer use the marking RESTRICTED.\r\n",
    ],
)
def test_disclaimers_questions_and_talk_are_no_markings(body: str) -> None:
    assert found_in(body) == ()


def test_a_line_in_the_middle_of_a_long_text_is_no_banner() -> None:
    lines = [f"Line {n} of the text." for n in range(20)]
    assert found_in("\r\n".join((*lines, "RESTRICTED", *lines)) + "\r\n") == ()


def test_what_is_quoted_is_inherited_and_names_its_author() -> None:
    (found,) = found_in("Yes.\r\n\r\nOn 1 May 2026, X <x@y.example> wrote:\r\n> PROTECTED\r\n> Hello\r\n")
    assert (found.level, found.inherited, found.author) == (Level.PROTECTED, True, "x@y.example")


def test_a_marked_subject_that_is_answered_is_inherited() -> None:
    assert [m.inherited for m in found_in(subject="Re: RESTRICTED: list")] == [True]
    assert [m.inherited for m in found_in(subject="RESTRICTED: list")] == [False]


@given(st.text(max_size=300))
def test_no_title_makes_it_raise_and_the_words_are_the_titles(title: str) -> None:
    found = in_title(title)
    assert found is None or found[1] in title


PIECES = (
    "RESTRICTED", "confidential", "\u0420ROTECTED", ":", " - ", "\r\n", "> ", "a@b.example", "wrote", "Subject: ",
    "in confidence", "please treat this as", "?", "[", "\u200b",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_text_makes_it_raise_and_the_words_stand_in_the_text(pieces: list[str]) -> None:
    message = read(a_mail(" ".join(pieces)))
    assert isinstance(message, Message)
    assert all(m.words in message.all_text for m in markings(message) if m.where in ("subject", "body"))
