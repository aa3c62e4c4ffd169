"""Run as a program: import every module of the package below a folder; print a line for each thing done meanwhile.

Usage: import_watch.py ROOT. An audit hook sees files, sockets, databases and processes opened; it counts only what the
package's own code asked for, not what Python's import machinery or a library's own import does.
"""

import importlib
import logging
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

WATCHED = (
    *("open", "glob.glob", "os.", "shutil.", "tempfile."),
    *("socket.", "sqlite3.connect", "subprocess.Popen", "urllib.Request"),
)


def asked_by(package_folder: str) -> str:
    """The module whose own code is at work right now, or nothing when an import is what is going on."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return ""
        if file.startswith(package_folder):
            return str(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return ""


def hook(package_folder: str, found: list[str]) -> Callable[[str, tuple[object, ...]], None]:
    """An audit hook that notes events in `found`."""

    def note(event: str, _arguments: tuple[object, ...]) -> None:
        if event.startswith(WATCHED) and (module := asked_by(package_folder)):
            found.append(f"{module}: {event} at import")

    return note


def state() -> dict[str, object]:
    """What importing must leave as it was; a library's own loggers without handlers do not count."""
    loggers = [logging.root, *(x for x in logging.root.manager.loggerDict.values() if isinstance(x, logging.Logger))]
    structlog = sys.modules.get("structlog")
    return {
        "log handlers": sorted(
            f"{x.name}:{type(h).__name__}"
            for x in loggers
            for h in x.handlers
            if not isinstance(h, logging.NullHandler)
        ),
        "log level": logging.root.level,
        "structlog": structlog.is_configured() if structlog else False,
        "threads": threading.active_count(),
        "environment": dict(os.environ),
        "working folder": os.getcwd(),
        "signals": [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)],
    }


def main(root: str) -> int:
    """Import everything and print what happened; status 1 when anything did."""
    sys.path.insert(0, root)
    found: list[str] = []
    folder = os.path.join(os.path.realpath(root), "gatekeeper") + os.sep
    before = state()
    sys.addaudithook(hook(folder, found))
    package = importlib.import_module("gatekeeper")
    for module in pkgutil.walk_packages(package.__path__, "gatekeeper."):
        if not module.name.endswith("__main__"):  # that one is a program
            importlib.import_module(module.name)
    after = state()
    found += [f"{name} changed at import" for name in before if before[name] != after[name]]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
