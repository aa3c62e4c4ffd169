"""Whose words a passage is: the author's own, quoted, forwarded, signature or disclaimer.

A lost own line is a missed matter and a leaked line only a needless question, so whatever is in doubt is OWN. The work
is linear: one expression finds the lines that may open something, and each look ahead is bounded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, count
from operator import add

from gatekeeper.core.message import Stretch, Zone
from gatekeeper.mail import zone_words as say
from gatekeeper.mail.html import Mark, MarkKind, Page
from gatekeeper.mail.stretches import append, covering, end_of, outermost, overlaid
from gatekeeper.mail.zone_lines import attributions, is_detail, is_name, lowered, sentence_ends, speaks

LOOK_AHEAD = 14
"""Lines that are looked at to recognise a block."""

MAX_PARAGRAPH = 40
"""Lines of a disclaimer's paragraph."""

MAX_OPENINGS = 1000
"""Lines of one text that are looked at closely. Text in which more seem to open something stays OWN from there on."""

MAX_RUNS = 20_000
"""Stretches of one text that are not own. What would come beyond stays OWN."""

_QUOTES = (Zone.QUOTED, Zone.FORWARDED)


def zones(text: str, marks: Iterable[Mark] = (), forwarding: bool = False) -> tuple[Stretch, ...]:
    """Stretches that cover `text`, which has LF line ends, without gap or overlap; none for an empty text.

    `marks` are those of `html.page` for its visible text. `forwarding` says that the subject calls this a forward:
    what stands under a reply header is then FORWARDED and no QUOTED.
    """
    return _Zoner(text, tuple(marks), forwarding).stretches() if text else ()


def whole(text: str, zone: Zone) -> tuple[Stretch, ...]:
    """One stretch over all of `text`."""
    return (Stretch(zone, 0, len(text)),) if text else ()


def hidden_zones(page: Page, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Stretches of a page's hidden text: a passage that stands well inside quoted text is quoted like it."""
    if not page.anchors:
        return whole(page.hidden, Zone.OWN)
    out: list[Stretch] = []
    starts = [s.start for s in stretches]
    ends = [offset for offset, _ in page.anchors[1:]] + [len(page.hidden)]
    position = 0
    for (_, beside), end in zip(page.anchors, ends, strict=True):
        around = stretches[max(bisect_right(starts, beside) - 1, 0)] if stretches else None
        inside = around is not None and around.zone in _QUOTES and around.start < beside < around.end
        append(out, around.zone if inside and around else Zone.OWN, position, end)
        position = end
    return tuple(out)


class _Zoner:
    """One text on its way. `_runs` are the stretches found that are not own, in their order."""

    def __init__(self, text: str, marks: tuple[Mark, ...], forwarding: bool) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = list(map(add, accumulate(map(len, self._lines), initial=0), count()))
        self._starts[-1] = len(text)
        self._runs: list[Stretch] = []
        self._quoted = outermost(marks, MarkKind.QUOTE)
        self._blocks = outermost(marks, MarkKind.BLOCK)
        self._boxes = outermost(marks, MarkKind.BOX)
        self._headers = {self._line_at(m.start) for m in marks if m.kind is MarkKind.HEADER}
        self._history = Zone.FORWARDED if forwarding else Zone.QUOTED

    def stretches(self) -> tuple[Stretch, ...]:
        at = tried = 0
        for line in self._candidates():
            if line < at or self._in_marked(line):
                continue
            if len(self._runs) > MAX_RUNS:
                break
            if (end := self._arrows(line)) == line and tried < MAX_OPENINGS:
                tried += 1
                end = self._open(line)
            at = max(end, line + 1)
            at = self._arrows(at) if at < len(self._lines) else at
        over = [Stretch(Zone.QUOTED, *self._whole_lines(start, end)) for start, end in self._quoted]
        return covering(self._text, overlaid(self._runs, over))

    def _candidates(self) -> list[int]:
        found = {self._line_at(m.start()) for m in say.CANDIDATE.finditer("\n" + lowered(self._text))}
        found.update(self._line_at(offset) for offset in attributions(self._text))
        return sorted(found | self._headers)

    def _line_at(self, offset: int) -> int:
        return min(bisect_right(self._starts, offset) - 1, len(self._lines) - 1)

    def _whole_lines(self, start: int, end: int) -> tuple[int, int]:
        return self._starts[self._line_at(start)], self._starts[self._line_at(end - 1) + 1]

    def _line(self, at: int) -> str:
        return self._lines[at][: say.MAX_LINE]

    def _set(self, first: int, end: int, zone: Zone) -> int:
        """Give lines `[first, end)` to `zone`; the line after them."""
        if end > first:
            self._runs.append(Stretch(zone, self._starts[first], self._starts[end]))
        return end

    def _zone_before(self, at: int) -> Zone:
        """The zone of the line above."""
        found = self._runs[-1] if self._runs else None
        return found.zone if found is not None and found.end == self._starts[at] else Zone.OWN

    def _open(self, at: int) -> int:
        """Label what opens at this line; the line after it, or `at` where nothing does."""
        line = self._line(at)
        for attempt in (self._history_block, self._attribution, self._signature, self._sign_off, self._disclaimer):
            if (end := attempt(at, line)) > at:
                return end
        return at

    def _arrows(self, at: int) -> int:
        """Label lines quoted with ">" that begin here."""
        if not (end := self._arrows_end(at)):
            return at
        before = self._zone_before(at)
        return self._set(at, end, before if before in _QUOTES else Zone.QUOTED)

    def _arrows_end(self, at: int) -> int:
        """The line after the lines quoted with ">" that begin here, 0 where none do. One lone line that begins with
        ">From " is own text that an mbox has escaped."""
        found = say.ARROWS.match(self._text, self._starts[at])
        if found is None:
            return 0
        end = self._line_at(found.end()) + 1
        return 0 if end == at + 1 and found[0].lstrip(" \t").startswith(">From ") else end

    def _is_arrow(self, at: int) -> bool:
        return self._lines[at].lstrip(" \t").startswith(">")

    def _next_full(self, at: int) -> int:
        """The first line from `at` on that is not blank, within the look-ahead; -1 where there is none."""
        for line in range(at, min(at + LOOK_AHEAD, len(self._lines))):
            if self._line(line).strip():
                return line
        return -1

    def _history_end(self, first: int, body: int) -> int:
        """Where history from `first` on ends: with its box, at once where ">" takes over, else at the end."""
        following = self._next_full(body)
        if following >= 0 and self._is_arrow(following):
            return following
        box_end = end_of(self._boxes, self._starts[first])
        return self._line_at(box_end - 1) + 1 if box_end else len(self._lines)

    def _history_block(self, at: int, line: str) -> int:
        """A separator or a header block, and what stands under it."""
        zone, header = self._history, at
        if say.SEPARATOR.fullmatch(line) or say.BEGIN_FORWARDED.fullmatch(line):
            zone = Zone.FORWARDED if say.FORWARD_WORDS.search(line) else zone
            header = self._next_full(at + 1)
            body = self._any_header(header)
        elif say.RULE_LINE.fullmatch(line):
            header = self._next_full(at + 1)
            body = self._header_block(header)
        elif at in self._headers:
            body = max(self._header_block(at), self._loose_header(at))
        else:
            body = self._header_block(at)
        return self._set(at, self._history_end(at, body), zone) if body >= 0 else at

    def _any_header(self, at: int) -> int:
        """Under an explicit separator a single header line is enough."""
        full = self._header_block(at)
        if full >= 0 or at < 0 or not say.HEADER_KEY.match(self._line(at)):
            return full
        return at + 1

    def _header_block(self, at: int) -> int:
        """The line after a block From, Sent or Date, To, Subject that begins at `at`; -1 where none does."""
        if at < 0:
            return -1
        first = say.HEADER_KEY.match(self._line(at))
        if first is None or first["key"].lower() not in say.FROM_KEYS or not first["value"].strip():
            return -1
        dated = named = False
        end, missed = at + 1, 0
        for number in range(at + 1, min(at + LOOK_AHEAD, len(self._lines))):
            found = say.HEADER_KEY.match(self._line(number))
            if found is None:
                missed += 1
                if missed > 2:
                    break
                continue
            key = found["key"].lower()
            dated = dated or (key in say.DATE_KEYS and any(c.isdigit() for c in found["value"]))
            named = named or key in say.OTHER_KEYS
            end, missed = number + 1, 0
        return end if dated and named else -1

    def _loose_header(self, at: int) -> int:
        """A block in a language we do not know, at a place where a mail program puts one: three keyed lines."""
        keyed = 0
        for number in range(at, min(at + LOOK_AHEAD, len(self._lines))):
            line = self._line(number)
            if not line.strip():
                continue
            if not say.ANY_KEY.match(line):
                break
            keyed += 1
            if keyed == 3 and say.MAIL_ADDRESS.search("\n".join(self._line(n) for n in range(at, number + 1))):
                return number + 1
        return -1

    def _attribution(self, at: int, line: str) -> int:
        """ "On ... wrote:", over up to four lines, above a quote or, when it bears date and address, above the end."""
        closing = self._attribution_close(at, line)
        if closing < 0:
            return at
        whole_line = " ".join(self._line(n) for n in range(at, closing + 1))
        following = self._next_full(closing + 1)
        certain = (
            say.ATTRIBUTION_OPENS.match(line) is not None
            and say.DATED.search(whole_line) is not None
            and say.MAIL_ADDRESS.search(whole_line) is not None
        )
        if following >= 0 and (self._is_arrow(following) or self._in_marked(following)):
            return self._set(at, following, Zone.QUOTED)
        if following >= 0 and (block_end := end_of(self._blocks, self._starts[following])):
            return self._set(at, self._line_at(block_end - 1) + 1, Zone.QUOTED)
        return self._set(at, self._history_end(at, closing + 1), Zone.QUOTED) if certain else at

    def _attribution_close(self, at: int, line: str) -> int:
        if say.ATTRIBUTION_CLOSES.search(line):
            return at
        if not say.ATTRIBUTION_OPENS.match(line) or not say.DATED.search(line):
            return -1
        for number in range(at + 1, min(at + 4, len(self._lines))):
            line = self._line(number)
            if not line.strip() or self._is_arrow(number):
                return -1
            if say.ATTRIBUTION_CLOSES.search(line):
                return number
        return -1

    def _in_marked(self, at: int) -> bool:
        return end_of(self._quoted, self._starts[at]) > 0

    def _signature(self, at: int, line: str) -> int:
        """The "-- " line and what looks like contact details under it; or a line of a telephone's advertising."""
        if say.DEVICE.fullmatch(line) and not speaks(line.partition(" ")[2]):
            return self._set(at, at + 1, Zone.SIGNATURE)
        if not say.DASHES.match(line):
            return at
        return self._set(at, self._details_end(at + 1)[0], Zone.SIGNATURE)

    def _sign_off(self, at: int, line: str) -> int:
        """A closing phrase with a name under it. A weak one ("Thanks") counts only where nothing own follows."""
        strong = say.STRONG_CLOSE.fullmatch(line.strip())
        if not strong and not say.WEAK_CLOSE.fullmatch(line.strip()):
            return at
        name = self._next_full(at + 1)
        if name < 0 or not is_name(self._line(name)):
            return at
        end, broken = self._details_end(name)
        return at if broken and not strong else self._set(at, end, Zone.SIGNATURE)

    def _details_end(self, first: int) -> tuple[int, bool]:
        """(line after the contact details that begin at `first`, whether own text follows them)."""
        end = first
        for number in range(first, min(first + LOOK_AHEAD, len(self._lines))):
            line = self._line(number)
            if not line.strip():
                continue
            if not is_detail(line):
                return end, not self._ends_here(number, line)
            end = number + 1
        return end, self._next_full(end) >= 0

    def _ends_here(self, at: int, line: str) -> bool:
        """Whether this line opens something that may follow a signature: a postscript, history, a disclaimer."""
        return (
            self._is_arrow(at)
            or self._in_marked(at)
            or say.POSTSCRIPT.match(line) is not None
            or say.DEVICE.fullmatch(line) is not None
            or say.SEPARATOR.fullmatch(line) is not None
            or say.RULE_LINE.fullmatch(line) is not None
            or say.BEGIN_FORWARDED.fullmatch(line) is not None
            or self._header_block(at) >= 0
            or self._attribution_close(at, line) >= 0
            or say.DISCLAIMER_OPENS.match(line) is not None
        )

    def _disclaimer(self, at: int, line: str) -> int:
        """A paragraph of legal wording. Sentences in it that say nothing of the kind stay OWN."""
        if not say.DISCLAIMER_OPENS.match(line) or not self._begins_paragraph(at):
            return at
        if say.DISCLAIMER_HEADING.fullmatch(line):
            return self._heading(at)
        end = at
        while end < min(at + MAX_PARAGRAPH, len(self._lines)) and self._lines[end].strip():
            end += 1
        first, last = self._starts[at], self._starts[end - 1] + len(self._lines[end - 1])
        if not self._is_legal(first, last):
            return at
        self._runs.extend(self._legal_sentences(first, last))
        return end

    def _begins_paragraph(self, at: int) -> bool:
        return at == 0 or not self._lines[at - 1].strip() or self._zone_before(at) is not Zone.OWN

    def _heading(self, at: int) -> int:
        following = self._next_full(at + 1)
        if following < 0 or not say.DISCLAIMER_SAYS.search(lowered(self._line(following))):
            return at
        self._set(at, following, Zone.DISCLAIMER)
        return max(self._disclaimer(following, "disclaimer " + self._line(following)), following)

    def _is_legal(self, first: int, last: int) -> bool:
        """Two different things that disclaimers say."""
        said = set(say.DISCLAIMER_SAYS.findall(lowered(self._text[first:last])))
        return len(said) > 1 or "consider the environment" in said

    def _legal_sentences(self, first: int, last: int) -> Iterator[Stretch]:
        position = first
        for end in sentence_ends(self._text, first, last):
            sentence = self._text[position:end]
            if say.DISCLAIMER_SAYS.search(lowered(sentence)) and not (
                say.FIRST_PERSON.search(sentence) or say.COMMITS.search(sentence)
            ):
                yield Stretch(Zone.DISCLAIMER, position, end)
            position = end
