"""Text as a browser lays it out."""


class Pen:
    """Collects text as a browser lays it out: blanks collapse, blocks begin lines."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._newlines = 2
        self._blank = False

    def write(self, text: str, kept_lines: bool) -> None:
        if kept_lines:
            self._put(text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
            return
        words = text.split()
        if not words:
            self._blank = self._blank or bool(text)
            return
        if (self._blank or text[0].isspace()) and not self._newlines:
            words[0] = " " + words[0]
        self._put(" ".join(words))
        self._blank = text[-1].isspace()

    def feed(self, lines: int) -> None:
        """Make sure that the text ends with this many line ends; none at its very start."""
        if self._newlines < lines:
            missing = "\n" * (lines - self._newlines)
            self.pieces.append(missing)
            self.length += len(missing)
            self._newlines = lines
        self._blank = False

    def line_break(self) -> None:
        """What `br` does: one more line end, whatever was before."""
        if self.length:
            self.pieces.append("\n")
            self.length += 1
            self._newlines += 1
        self._blank = False

    def tab(self) -> None:
        if not self._newlines:
            self._put("\t")

    def _put(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += len(text)
            self._newlines = len(text) - len(text.rstrip("\n")) if text[-1] == "\n" else 0
            self._blank = False
