import html
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.footer import Position
from gatekeeper.mail.footer import CannotAlter, disclose
from gatekeeper.mail.structure import scan

JANE = ("CC Councillor Jane Smith",)


def mail(markup: str) -> bytes:
    return f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{markup}\r\n".encode()


def altered(markup: str, lines: tuple[str, ...] = JANE, position: Position = Position.OWN_TEXT) -> str:
    raw = mail(markup)
    return disclose(raw, scan(raw), lines, position).partition(b"\r\n\r\n")[2].decode()


def place(markup: str) -> tuple[str, str]:
    """What stands before and behind our element."""
    before, element, behind = re.split(r'(<div style="[^"]*all:initial[^>]*>CC.*?</div>)', altered(markup))
    assert element
    return before.removesuffix("\r\n"), behind.removeprefix("\r\n").removesuffix("\r\n")


def refused(markup: str) -> bool:
    try:
        altered(markup)
    except CannotAlter:
        return True
    return False


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>Hello</p>|</body></html>",
        "<HTML><BODY>Hello|</BODY></HTML>",
        "<html><p>Hello</p>|</html>",
        "<p>Hello</p>|",
        "Hello < 3 & more|",
        "<body><!-- </body> --><p title='</body>'>x</p>|</body>",
        "<body><script>'</body>'</script>x|</body>",
        "<head><style>/* </body> */</style></head><body>x|</body>",
        "<body>x</body><body>y|</body></html>",
        "<body><div style='display:none'>preview</div>x|</body>",
        "<body><table><tr><td>unclosed|</body>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD" "x"><html><head><link rel=File-List href=\'cid:x\'></head><body>x|</body>',
        "<style>.big{display:none} img{height:0}</style><body class=small><p class=big>x</p>y|</body>",
        "<!--[if gte mso 9]><xml></xml><![endif]--><body><!--[if !mso]><!-->x<!--<![endif]-->|</body>",
        "<body><p style='margin-left:-5px'>list</p><img height=0 hidden>x|</body>",
    ],
)
def test_the_footer_stands_before_the_last_real_end_of_the_body(markup: str) -> None:
    before, behind = markup.split("|")
    assert place(before + behind) == (before, behind)


@pytest.mark.parametrize(
    "markup",
    [
        "<body>x<!-- </body>",
        "<body>x<style></body>",
        "<body>x<script></body>",
        "<body>x<textarea></body>",
        "<body>x<title></body>",
        "<body>x<plaintext></body>",
        "<body>x<select></body>",
        "<body>x<noscript></body>",
        "<body>x<template></body>",
        "<body>x<svg></body>",
        "<body>x<iframe></body>",
        "<body>x<div style='display:none'></body>",
        "<body>x<div style='display&colon;none'></body>",
        "<body>x<div style='display:/**/none'></body>",
        r"<body>x<div style='d\69splay:none'></body>",
        "<body>x<div STYLE = DISPLAY:NONE></body>",
        "<body>x<div/style='opacity:0'></body>",
        "<body>x<div style='color:red' style='visibility:hidden'></body>",
        "<body>x<div hidden></body>",
        "<body>x<div style='position:absolute;left:-9999px'></body>",
        "<body>x<div style='height:0;overflow:hidden'></body>",
        "<body>x<div style='max-height:0px'></body>",
        "<body>x<div style='display:none'><table><tr><td></div></body>",
        "<body>x<span style='display:none'><div></span></body>",
        "<body style='display:none'>x</body>",
        "<style>body{display:none}</style><body>x</body>",
        "<style>body>*:last-child{display:none}</style><body>x</body>",
        "<style>*{visibility:hidden}</style><body>x</body>",
        "<style>@media all{html{opacity:0}}</style><body>x</body>",
        "<style>.a{display:none}</style><body class='b a'>x</body>",
        "<style>#a{display:none}</style><body>x<div id=a></body>",
        "<style>@import 'x'</style><body>x</body>",
        "<link rel=stylesheet href=x><body>x</body>",
        "<frameset><frame></frameset>",
        "<body>x<a title='></body>",
        '<body>x<p a="b""></body>',
        "<body>x</ body></body>",
        "<body>x<!--> --></body>",
        "<body>x<!-- --!> --></body>",
        "<body><!--[if mso]><div style='display:none'><![endif]-->x</body>",
    ],
)
def test_where_the_footer_might_not_be_seen_nothing_is_altered(markup: str) -> None:
    assert refused(markup)


@pytest.mark.parametrize(
    "markup",
    [
        '<div dir="ltr">Mine</div><br>|<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">On Monday'
        '</div><blockquote class="gmail_quote">Theirs</blockquote></div>',
        '<div dir="ltr">Mine<div><br></div>|<div class="gmail_signature">Pat</div></div><br>'
        '<div class="gmail_quote">Theirs</div>',
        '<html><body><div>Mine</div>|<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: B</div>'
        "<p>Theirs</p></body></html>",
        "<html><body><div class=WordSection1><p>Mine</p><div>|<div style='border:none;border-top:solid #E1E1E1 1.0pt'>"
        "<p>From</p></div></div><p>Theirs</p></div></body></html>",
        '<html><body><p>Mine</p>|<div class="moz-cite-prefix">On Monday:</div><blockquote type="cite">'
        "Theirs</blockquote></body></html>",
        '<div>Mine</div>|<div class="moz-signature">Pat</div>',
        '<html><body><div>Mine</div>|<hr tabindex="-1">\r\n<div id="divRplyFwdMsg">From: B</div>'
        "<p>Theirs</p></body></html>",
        '<body dir="auto">Mine<div dir="ltr"><br>|<blockquote type="cite">On 3 Feb 2025, at 10:00, Bob &lt;b@x.example'
        '&gt; wrote:<br></blockquote></div><blockquote type="cite"><div>Theirs</div></blockquote></body>',
    ],
)
def test_the_footer_stands_above_signature_and_history(markup: str) -> None:
    before, behind = markup.split("|")
    assert place(before + behind) == (before, behind)


@pytest.mark.parametrize(
    "markup",
    [
        '<body><div class="gmail_quote">Theirs</div><p>Mine, below</p>|</body>',
        '<body><div>Mine</div><div class="gmail_quote">Theirs</div><p>Mine too</p>|</body>',
        '<body><table><tr><td>Mine<div class="gmail_quote">Theirs</div></td></tr></table>|</body>',
        '<body><p>Mine<div class="gmail_quote">Theirs</div></p>|</body>',
        '<body><div>Mine</div><blockquote type="cite">Theirs</blockquote>|</body>',
        '<body><div>Mine</div><blockquote type="cite">On 3 Feb 2025 Bob wrote:</blockquote><p>Mine too</p>|</body>',
        '<body><div>Mine</div><div class="gmail_quote">Theirs</div><img src="cid:mine">|</body>',
    ],
)
def test_without_a_certain_border_the_footer_stands_at_the_end(markup: str) -> None:
    before, behind = markup.split("|")
    assert place(before + behind) == (before, behind)


def test_a_border_in_one_alternative_only_counts_in_none() -> None:
    raw = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n"
        b"--a\r\n\r\nMine\r\n\r\nOn Monday, Bob wrote:\r\n> Theirs\r\nMine too\r\n\r\n"
        b'--a\r\nContent-Type: text/html\r\n\r\n<p>Mine</p><div class="gmail_quote">Theirs</div>\r\n--a--\r\n'
    )
    new = disclose(raw, scan(raw), JANE, Position.OWN_TEXT)
    assert b"Mine too\r\n\r\nCC Councillor Jane Smith\r\n\r\n--a" in new
    assert b'<p>Mine</p><div class="gmail_quote">Theirs</div>' in new


def test_a_border_where_the_footer_would_be_hidden_is_refused() -> None:
    assert refused('<div style="display:none">Mine<div class="gmail_signature">Pat</div></div>')


def test_names_are_escaped_and_need_no_charset() -> None:
    new = altered("<body>x</body>", ('CC Councillor Zo\u00eb "<b>" & \U0001f600',))
    assert "CC Councillor Zo&#235; &quot;&lt;b&gt;&quot; &amp; &#128512;</div>" in new
    assert new.isascii()


def test_lines_are_broken_between_councillors() -> None:
    assert "CC A<br>CC B</div>" in altered("<body>x</body>", ("CC A", "CC B"))


def test_a_tag_split_by_soft_breaks_is_found() -> None:
    raw = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<body>caf=E9</bo=\r\ndy>\r\n"
    )
    new = disclose(raw, scan(raw), JANE, Position.END)
    assert new.startswith(raw[: raw.index(b"</bo")] + b"=\r\n<div style=3D")
    assert new.endswith(b"</div>\r\n</bo=\r\ndy>\r\n")
    assert max(map(len, new.split(b"\r\n"))) <= 76


PIECES = st.sampled_from(
    ["<body>", "</body>", "<!--", "-->", "<style>", "</style>", "p{display:none}", "<div style='display:none'>",
     "</div>", "<div>", "<p class=a>", "'", '"', "<", ">", "<a b='", "text", '<div class="gmail_quote">', "<br/>",
     "<script>", "</script>", "<![CDATA[", "<td>", "&lt;", "\u00e9", "<svg>", "</svg>", "<title>", "</title>", "\r\n"]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_any_markup_is_altered_provably_or_left(pieces: list[str]) -> None:
    markup = "".join(pieces)
    try:
        new = altered(markup)
    except CannotAlter:
        return
    element = re.search(r'(\r\n)?<div style="[^"]*all:initial[^>]*>CC Councillor Jane Smith</div>(\r\n)?', new)
    assert element
    assert (new[: element.start()] + new[element.end() :]).replace("\r\n", "") == markup.replace("\r\n", "")
    assert html.unescape(new).count("all:initial") == 1


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<!-- -->", "<div style='display:none'>", "<p a='", "</", "<style>",
     "<div class=gmail_quote>x", "<a b=c", "<div>", "<x/y/z", "<p style=''>", "<div hidden>x</div>",
     "<script></script>", "a=b ", "<p id=id=id=id=id=x>", "<p style=\"left:left:left:left:left:\">",
     "<style>aaaa</style>", "<style>a{left:1;left:1;}</style>"],
)  # fmt: skip
def test_hostile_repetition_costs_no_more_than_its_length(piece: str) -> None:
    began = time.process_time()
    refused("<p>x</p>" + piece * (400_000 // len(piece)))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("sheet", ["a", "a ", "a,", "a{", "{", "/*", "left:", "a{left:", "}", ".a{height:0}", ".a.a"])
@pytest.mark.parametrize("around", ["<style>{}</style>", '<p id=signature style="{}">', "<p id={}>"])
def test_a_hostile_style_costs_no_more_than_its_length(sheet: str, around: str) -> None:
    began = time.process_time()
    refused("<p>x</p>" + around.replace("{}", sheet * (190_000 // len(sheet))))
    assert time.process_time() - began < 2
