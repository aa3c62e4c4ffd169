"""What of an HTML text is seen, what is hidden, and what the markup calls quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.mail.html import MarkKind, page
from gatekeeper.mail.html_tokens import MAX_TOKENS


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("a\n  b\t<b>c</b> d", "a b c d"),
        ("acc<b></b>ept", "accept"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\tb\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("&pound;5 &amp; &#65;&#0000000066;&#x43;", "£5 & ABC"),
        ("&#99999999999999999999;", "\ufffd"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ('<a title="x > y">link</a>', "link"),
        ("<script>no</script>yes<style>p{}</style>", "yes"),
        ("a<!-- > hidden -->b<!--> c -->", "ab c -->"),
        ("a<!-- unclosed", "a"),
        ("<textarea>typed</textarea>", "typed"),
        ("<plaintext>a <b>", "a <b>"),
        ("<p style='display:none'>gone<p>seen", "seen"),
    ],
)
def test_visible_text_is_laid_out_as_a_reader_sees_it(source: str, expected: str) -> None:
    assert page(source).visible.strip() == expected


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : none !important",
        "dis/**/play:none;display:none",
        "visibility:hidden",
        "opacity:0",
        "opacity: 0.01",
        "font-size:0",
        "font-size:1px",
        "font-size:0.5pt",
        "color:#fff",
        "color:white;background:#FFFFFF",
        "color:rgb(255, 255, 255)",
        "color:transparent",
        "color:rgba(0,0,0,0)",
        "background:black",
        "max-height:0;overflow:hidden",
        "position:absolute;left:-9999px",
        "text-indent:-5000px",
    ],
)
def test_text_that_nobody_sees_is_hidden_text(style: str) -> None:
    found = page(f'<p>seen <span style="{style}">I accept your <b>quote</b></span> too</p>')
    assert found.visible.strip() == "seen too"
    assert found.hidden.strip() == "I accept your quote"


@pytest.mark.parametrize(
    "source",
    [
        "<div hidden>secret</div>",
        "<title>secret</title>",
        '<img alt="secret">',
        '<a title="secret">',
        '<a TITLE="secret">',
        '<input value="secret">',
        "<template>secret</template>",
        "<!--[if mso]><p>secret</p><![endif]-->",
        '<font color="#ffffff">secret</font>',
        '<table bgcolor="#000000"><tr><td>secret</table>',
    ],
)
def test_texts_in_unusual_places_are_hidden_text(source: str) -> None:
    found = page(source)
    assert (found.visible.strip(), found.hidden.strip()) == ("", "secret")


@pytest.mark.parametrize(
    "source",
    [
        '<td style="font-size:0"><p style="font-size:14px">shown</p></td>',
        '<div style="visibility:hidden"><p style="visibility:visible">shown</p></div>',
        '<div style="background:#003;color:#fff">shown</div>',
        '<div style="background:url(x.png);color:#fff">shown</div>',
        '<div style="opacity:0.9">shown</div>',
        '<div style="font-size:10px">shown</div>',
        '<div style="display:none"></div>shown',
    ],
)
def test_text_that_is_shown_after_all_is_visible(source: str) -> None:
    found = page(source)
    assert (found.visible.strip(), found.hidden.strip()) == ("shown", "")


@pytest.mark.parametrize(
    ("source", "kind", "marked"),
    [
        ('a<blockquote type="cite">b<p>c</p></blockquote>d', MarkKind.QUOTE, "b\n\nc"),
        ('a<blockquote class="gmail_quote">b</blockquote>d', MarkKind.QUOTE, "b"),
        ("a<blockquote>b</blockquote>d", MarkKind.BLOCK, "b"),
        ('a<div class="gmail_quote">b</div>d', MarkKind.BOX, "b"),
        ('a<div id="divRplyFwdMsg">b</div>d', MarkKind.HEADER, "b"),
    ],
)
def test_quoting_markup_is_marked(source: str, kind: MarkKind, marked: str) -> None:
    found = page(source)
    assert [(m.kind, found.visible[m.start : m.end].strip()) for m in found.marks] == [(kind, marked)]


MARKUP = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "</",
            "<!--",
            "-->",
            "<![CDATA[",
            "<p>",
            "</p>",
            "<div style='display:none'>",
            "</div>",
            "<br>",
            '"',
            "'",
            "=",
            "&",
            "&#",
            "x41;",
            "<blockquote>",
            "</blockquote>",
            "<title>",
            "<script>",
            "</script>",
            "a",
            " ",
            "\n",
            "<img alt='",
            "<td>",
            "<plaintext>",
            "<a x=",
            "<?",
            "\x00",
            "�",
            "<pre>",
            "</pre>",
        ]
    ),
    max_size=60,
).map("".join)


@given(MARKUP | st.text())
def test_any_markup_is_read_and_every_mark_lies_in_the_text(source: str) -> None:
    found = page(source)
    for mark in found.marks:
        assert 0 <= mark.start <= mark.end <= len(found.visible)
    assert all(0 <= a <= len(found.hidden) and 0 <= b <= len(found.visible) for a, b in found.anchors)
    assert [a for a, _ in found.anchors] == sorted({a for a, _ in found.anchors})


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<div>", "</p>", "<td>", "</td>", "<p>", "<i style='color:#fff'>", "w"]))
)
def test_no_word_is_lost_between_visible_and_hidden(pieces: list[str]) -> None:
    found = page("".join(pieces))
    assert (found.visible + found.hidden).count("w") == pieces.count("w")


def test_markup_beyond_the_limit_is_still_text() -> None:
    found = page("<b>" * (MAX_TOKENS + 10) + "<i>I accept</i> it")
    assert found.visible.split() == ["I", "accept", "it"]


@pytest.mark.parametrize(
    "piece", ["<!--", "<a x=", '<a x="', "<![CDATA[", "</", "<?", "&#", "<script>", "<title>x", "<div>", "<p><b>", "<"]
)
def test_what_is_scanned_is_consumed(piece: str) -> None:
    """A quadratic reader would need minutes for these."""
    found = page(piece * (400_000 // len(piece)))
    assert len(found.visible) + len(found.hidden) <= 800_000


def test_what_is_hidden_takes_no_blank_from_what_is_seen() -> None:
    found = page("<b>foo</b> <span hidden></p>bar</span>baz")
    assert (found.visible, found.hidden.strip()) == ("foo baz", "bar")


def test_the_same_tags_do_the_same_wherever_they_come_again() -> None:
    row = '<p class="MsoNormal"><span style="color:black">{}<o:p></o:p></span></p>\n'
    found = page("".join(row.format(n) for n in range(300)))
    assert found.visible.split() == [str(n) for n in range(300)]
    assert found.visible.startswith("0\n\n1\n\n2")


@pytest.mark.parametrize("name", ["x{}", "b x={}"])
def test_ever_new_elements_lose_no_word(name: str) -> None:
    """More names and more places than are remembered."""
    found = page("".join(f"<{name.format(n)}><i>w{n} " for n in range(6000)))
    assert found.visible.split() == [f"w{n}" for n in range(6000)]
