"""What no tracked file may say, and how long a module may grow."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

LONGEST_MODULE = 600
"""Lines. Most modules are far shorter; past this a story wants chapters."""

MACHINE_PATH = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|Users|tmp)/\w|\b[A-Z]:\\Users\\\w")
"""A folder of somebody's own machine. Places that a Linux package may name (/etc, /usr, /var, /srv, /opt) are not."""

INDEX_ADDRESS = re.compile(r"https?://(?:[\w-]+\.)*pypi\b|files\.pythonhosted|registry\.npmjs", re.IGNORECASE)
"""Where packages are downloaded from: for each machine's own settings to say."""


STRANGERS_MAILS = ("tests", "corpus")
"""Mails that others wrote name their own machines; an address of an index has no place even there."""


def tracked_files(root: Path) -> tuple[Path, ...]:
    """Every file under version control that is still there. Raises CalledProcessError outside a checkout."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout.decode()
    paths = (root / name for name in listing.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def forbidden_words(root: Path, files: tuple[Path, ...]) -> Iterator[str]:
    """`file:line: words` for each machine path and index address; binary files are passed over."""
    for path in files:
        data = path.read_bytes()
        if b"\0" in data:
            continue
        name = path.relative_to(root)
        patterns = (INDEX_ADDRESS,) if name.parts[:2] == STRANGERS_MAILS else (INDEX_ADDRESS, MACHINE_PATH)
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
            for pattern in patterns:
                if found := pattern.search(line):
                    yield f"{name}:{number}: {found[0]}"


def long_modules(root: Path) -> Iterator[str]:
    """A line for each module of gatekeeper that has grown past LONGEST_MODULE."""
    for path in sorted((root / "gatekeeper").rglob("*.py")):
        lines = len(path.read_bytes().splitlines())
        if lines > LONGEST_MODULE:
            yield f"{path.relative_to(root)}: {lines} lines"
