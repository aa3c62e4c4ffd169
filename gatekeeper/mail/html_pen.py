"""Text as a browser lays it out."""

from functools import partial


class Pen:
    """Collects text as a browser lays it out: blanks collapse, blocks begin lines.

    What is written waits until something is laid out behind it, so that a line of many small elements is put together
    at once.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._newlines = 2
        self._blank = False
        self._waiting: list[str] = []
        self.write = self._waiting.append
        """Write text in which blanks collapse."""
        self.block = partial(self._feed, 1)
        """Begin a new line; nothing at the very start."""
        self.paragraph = partial(self._feed, 2)
        """Leave a line empty; nothing at the very start."""

    @property
    def length(self) -> int:
        """Characters written so far; blanks at the end do not count before something follows them."""
        self._settle()
        return self._length

    @property
    def text(self) -> str:
        self._settle()
        return "".join(self._pieces)

    def keep(self, text: str) -> None:
        """Write text with its blanks and lines as they are."""
        self._settle()
        self._put(text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))

    def line_break(self) -> None:
        """What `br` does: one more line end, whatever was before."""
        self._settle()
        if self._length:
            self._pieces.append("\n")
            self._length += 1
            self._newlines += 1
        self._blank = False

    def tab(self) -> None:
        self._settle()
        if not self._newlines:
            self._put("\t")

    def _feed(self, lines: int) -> None:
        if self._waiting:
            self._settle()
        if self._newlines < lines:
            missing = "\n" * (lines - self._newlines)
            self._pieces.append(missing)
            self._length += len(missing)
            self._newlines = lines
        self._blank = False

    def _settle(self) -> None:
        """Put down what waits, blanks collapsed."""
        if not self._waiting:
            return
        text = "".join(self._waiting)
        self._waiting.clear()
        words = text.split()
        if not words:
            self._blank = self._blank or bool(text)
            return
        if (self._blank or text[0].isspace()) and not self._newlines:
            words[0] = " " + words[0]
        self._put(" ".join(words))
        self._blank = text[-1].isspace()

    def _put(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._length += len(text)
            self._newlines = len(text) - len(text.rstrip("\n")) if text[-1] == "\n" else 0
            self._blank = False
