"""What a relay may have done to a message, found out without any code of gatekeeper's."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

LABELS = frozenset({"content-type", "content-transfer-encoding"})
"""What an edited text may need to be labelled anew."""


@dataclass(frozen=True)
class Edit:
    """A text of a message before and after, transfer encoding undone; `kind` is its content type."""

    kind: str
    before: bytes
    after: bytes

    @property
    def inserted(self) -> bytes:
        """What was put in, in one place. Fails where anything else changed."""
        start = _common(self.before, self.after)
        rest = len(self.before) - start
        assert rest == 0 or self.after.endswith(self.before[start:]), "more was changed than put in"
        return self.after[start : len(self.after) - rest]


def inserted_lines(before: bytes, after: bytes) -> list[bytes] | None:
    """The lines that have to be taken out of `after` to have `before`; `None` where that does not do."""
    wanted = iter([*before.split(b"\r\n"), None])
    waits_for = next(wanted)
    extra = []
    for line in after.split(b"\r\n"):
        if line == waits_for:
            waits_for = next(wanted)
        else:
            extra.append(line)
    return extra if waits_for is None else None


def edits(before: bytes, after: bytes) -> list[Edit]:
    """The texts that differ. Fails where structure, labels of other parts, or the content of any other part differ."""
    old, new = list(message_from_bytes(before).walk()), list(message_from_bytes(after).walk())
    assert len(old) == len(new), "the message is put together differently"
    return [edit for pair in zip(old, new, strict=True) if (edit := _edit(*pair)) is not None]


def _edit(old: Message, new: Message) -> Edit | None:
    if old.is_multipart() or new.is_multipart() or old.get_payload() == new.get_payload():
        assert old.items() == new.items(), "the fields of a part differ"
        assert (old.preamble, old.epilogue) == (new.preamble, new.epilogue), "text between the parts differs"
        return None
    assert _other_fields(old) == _other_fields(new), "the fields of an edited text differ"
    assert old.get_content_maintype() == "text", f"a part of type {old.get_content_type()} was edited"
    assert old.get_content_type() == new.get_content_type()
    return Edit(old.get_content_type(), _content(old), _content(new))


def _other_fields(part: Message) -> list[tuple[str, str]]:
    return [(name, value) for name, value in part.items() if name.lower() not in LABELS]


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def _common(a: bytes, b: bytes) -> int:
    """How many octets both begin with."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
