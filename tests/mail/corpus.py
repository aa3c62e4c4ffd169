"""The corpus of public test mails in wire form (see tests/corpus/mime/README.md)."""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "corpus" / "mime"


def wire(stored: bytes) -> bytes:
    """The octets that would stand between 354 and the final dot."""
    if b"\r\n" not in stored:
        stored = stored.replace(b"\n", b"\r\n")
    if stored.startswith(b"From "):
        stored = stored[stored.find(b"\n") + 1 :]
    return stored if stored.endswith(b"\r\n") else stored + b"\r\n"


def mails() -> Iterator[tuple[str, bytes]]:
    """(path in the corpus, wire form) of every file."""
    for line in (FOLDER / "index.tsv").read_text("utf-8").splitlines()[1:]:
        name = line.split("\t")[1]
        yield name, wire((FOLDER / name).read_bytes())
