"""What is wrong in a file: where, what, and what to write instead. All of it is told at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from gatekeeper.errors import Unusable


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` is the key path within the file ("person[2].appointments[0].from", counted from 0), empty for the file as
    a whole; `remedy` is what to do, without a full stop."""

    file: str
    path: str
    said: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.path}" if self.path else self.file
        return f"{where}: {self.said}; {self.remedy}"


class Faulty(Unusable):
    """`Unusable`, with the single faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(f) for f in self.faults))


class Faults:
    """Those of one file, in the order in which they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Fault] = []

    def add(self, path: str, said: str, remedy: str) -> None:
        fault = Fault(self.file, path, said, remedy)
        if fault not in self._found:
            self._found.append(fault)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raises `Faulty` with all of them."""
        if self._found:
            raise Faulty(self._found)
