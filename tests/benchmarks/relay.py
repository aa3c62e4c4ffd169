"""What a message costs in gatekeeper and in plain Postfix: the same load through both, in turn, on this machine.

    python -m tests.benchmarks.relay [--sizes 4k,50k,1m] [--messages 600] [--sessions 20] [--rounds 3] [--processes 1]
        [--others outside|officers]

smtp-source sends to the peer, the peer relays to smtp-sink, all on loopback. One message in ten is from a councillor,
and so is weighed sentence by sentence; the others are from outside, or with --others officers from an officer, whose
texts are read too. Each round runs Postfix, then gatekeeper.
CPU is that of the peer's whole process tree, children that ended included, until it is idle again. Latency is measured
apart, open loop at a low rate, from connect to the reply after the final dot. Run as root, since Postfix must be.
"""

import argparse
import asyncio
import os
import shutil
import signal
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

COUNCILLOR = "helen.okafor@ashcombe.example"
OTHERS = {"outside": "someone@mail.example", "officers": "clerk@ashcombe.example"}
RECIPIENT = "resident@mail.example"
SIZES = {"4k": 4_000, "50k": 50_000, "1m": 1_000_000}
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = (
    "The committee met on Tuesday and looked at the plans for the recreation ground. Several residents asked about the "
    "hedge by the pond, and the footpath behind the church is muddy again. Minutes will be on the website next week. "
)


@dataclass
class Result:
    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    memory: int = 0
    latency: list[float] = field(default_factory=list)


# --- messages ------------------------------------------------------------------------------------------------------


def message(size: int, sender: str) -> bytes:
    """4 KB plain; 50 KB alternative; more with an attachment in base64."""
    head = f"From: {sender}\nTo: {RECIPIENT}\nSubject: The recreation ground\nDate: Tue, 24 Nov 2026 12:00:00 +0000\n"
    head += f"Message-ID: <{size}.{sender}>\nMIME-Version: 1.0\n"
    text = _lines(size if size < 10_000 else 16_000)
    if size < 10_000:
        return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode()
    html = "".join(f"<p style='margin:0'>{line}</p>\n" for line in text.splitlines() * 2)[:30_000]
    alternative = (
        f"--a\nContent-Type: text/plain\n\n{text}\n--a\nContent-Type: text/html\n\n<body>{html}</body>\n--a--\n"
    )
    if size < 100_000:
        return f'{head}Content-Type: multipart/alternative; boundary="a"\n\n{alternative}'.encode()
    file = "\n".join("QUJD" * 19 for _ in range((size - len(alternative)) // 77))
    inner = f'Content-Type: multipart/alternative; boundary="a"\n\n{alternative}'
    attached = f"Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\n{file}"
    return f'{head}Content-Type: multipart/mixed; boundary="m"\n\n--m\n{inner}\n--m\n{attached}\n--m--\n'.encode()


def _lines(size: int) -> str:
    sentences = [s.strip() + "." for s in WORDS.split(".") if s.strip()]
    lines, total = [], 0
    while total < size:
        line = sentences[len(lines) % len(sentences)]
        lines.append(line)
        total += len(line) + 1
    return "\n".join(lines) + "\n"


# --- processes -----------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def tree(pid: int) -> list[int]:
    """The process and everything below it."""
    found, todo = [], [pid]
    while todo:
        p = todo.pop()
        found.append(p)
        for task in Path(f"/proc/{p}/task").glob("*/children"):
            with suppress(OSError):
                todo += [int(c) for c in task.read_text().split()]
    return found


def cpu(pid: int) -> float:
    """CPU seconds of the tree, those of ended children included."""
    total = 0
    for p in tree(pid):
        with suppress(OSError):
            values = Path(f"/proc/{p}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(v) for v in values[11:15])
    return total / TICKS


def memory(pid: int) -> int:
    """Proportional set size of the tree, in KiB."""
    total = 0
    for p in tree(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{p}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total


def until_idle(pid: int) -> float:
    """CPU of the tree once it has stopped rising."""
    last = cpu(pid)
    while True:
        time.sleep(0.5)
        now = cpu(pid)
        if now - last < 0.02:
            return now
        last = now


def wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), smtplib.SMTP("127.0.0.1", port, timeout=5):
            return
        time.sleep(0.1)
    raise SystemExit(f"nothing answers on port {port}")


@contextmanager
def sink() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "512"])
    wait_for(port)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postfix(folder: Path, next_hop: int) -> Iterator[tuple[int, int]]:
    """A plain relay: (port, pid of its master)."""
    port = free_port()
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "data", "postfix")
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    settings = {
        "compatibility_level": "3.6",
        "queue_directory": folder / "queue",
        "data_directory": folder / "data",
        "maillog_file": folder / "queue/log",
        "maillog_file_prefixes": folder,
        "myhostname": "relay.ashcombe.example",
        "mynetworks": "127.0.0.0/8",
        "mydestination": "",
        "alias_maps": "",
        "relayhost": f"[127.0.0.1]:{next_hop}",
        "inet_interfaces": "loopback-only",
        "inet_protocols": "ipv4",
        "smtputf8_enable": "no",
    }
    (folder / "etc/main.cf").write_text("".join(f"{k} = {v}\n" for k, v in settings.items()))
    standard = Path("/usr/share/postfix/master.cf.dist").read_text()
    services = standard.replace("\nsmtp      inet", f"\n127.0.0.1:{port} inet", 1).replace(
        "  y       -       -", "  n       -       -"
    )
    services = (
        "\n".join(_unchrooted(line) for line in services.splitlines()) + "\npostlog unix-dgram n - n - 1 postlogd\n"
    )
    (folder / "etc/master.cf").write_text(services)
    command = ["postfix", "-c", str(folder / "etc")]
    subprocess.run([*command, "start"], check=True, capture_output=True)
    wait_for(port)
    try:
        yield port, int((folder / "queue/pid/master.pid").read_text().strip())
    finally:
        subprocess.run([*command, "stop"], check=False, capture_output=True)


def _unchrooted(line: str) -> str:
    words = line.split()
    if len(words) >= 8 and not line.startswith((" ", "#")) and words[4] in ("y", "-") and words[1] in ("inet", "unix"):
        words[4] = "n"
        return " ".join(words)
    return line


@contextmanager
def gatekeeper(folder: Path, next_hop: int, processes: int) -> Iterator[tuple[int, int]]:
    """gatekeeper with the demo council on SQLite: (port, pid)."""
    port = free_port()
    folder.mkdir()
    shutil.copytree(Path(__file__).parents[2] / "config", folder / "config")
    file = folder / "config/gatekeeper.toml"
    text = (
        file.read_text()
        .replace("127.0.0.1:10025", f"127.0.0.1:{port}")
        .replace("127.0.0.1:10026", f"127.0.0.1:{next_hop}")
    )
    text = text.replace("# processes = 1", f"processes = {processes}").replace(
        "127.0.0.1:8080", f"127.0.0.1:{free_port()}"
    )
    file.write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "gatekeeper", "--config", str(file), "--log-level", "error", "serve"], cwd=folder
    )
    wait_for(port)
    try:
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


# --- measuring -----------------------------------------------------------------------------------------------------


def load(port: int, folder: Path, size: str, messages: int, options: argparse.Namespace) -> float:
    """Send them all; seconds until the peer has taken the last one."""
    councillors, sessions = messages // 10, options.sessions
    began = time.monotonic()
    running = [
        subprocess.Popen(
            [
                "smtp-source",
                "-s",
                str(s),
                "-m",
                str(m),
                "-f",
                sender,
                "-t",
                RECIPIENT,
                "-F",
                folder / f"{size}-{who}",
                f"127.0.0.1:{port}",
            ]
        )
        for who, sender, m, s in (
            ("other", OTHERS[options.others], messages - councillors, max(1, sessions * 9 // 10)),
            ("councillor", COUNCILLOR, councillors, max(1, sessions // 10)),
        )
        if m
    ]
    for process in running:
        if process.wait() != 0:
            raise SystemExit("smtp-source failed")
    return time.monotonic() - began


async def latencies(port: int, sender: str, content: bytes, per_second: int, count: int) -> list[float]:
    """Seconds from connect to the reply after the final dot, open loop."""
    stuffed = content.replace(b"\n", b"\r\n").replace(b"\r\n.", b"\r\n..") + b".\r\n"

    async def one(at: float) -> float:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        for line in (
            b"HELO bench",
            b"MAIL FROM:<%s>" % sender.encode(),
            b"RCPT TO:<%s>" % RECIPIENT.encode(),
            b"DATA",
        ):
            writer.write(line + b"\r\n")
            await reader.readline()
        writer.write(stuffed)
        answer = await reader.readline()
        took = time.monotonic() - began
        writer.write(b"QUIT\r\n")
        writer.close()
        if not answer.startswith(b"250"):
            raise SystemExit(answer.decode())
        return took

    start = time.monotonic() + 0.2
    return list(await asyncio.gather(*(one(start + i / per_second) for i in range(count))))


def measure(result: Result, port: int, pid: int, folder: Path, size: str, options: argparse.Namespace) -> None:
    before = until_idle(pid)
    seconds = load(port, folder, size, options.messages, options)
    result.cpu.append((until_idle(pid) - before) * 1000 / options.messages)
    result.rate.append(options.messages / seconds)
    result.memory = max(result.memory, memory(pid))
    content = (folder / f"{size}-other").read_bytes()
    result.latency += asyncio.run(latencies(port, OTHERS[options.others], content, 20 if size != "1m" else 5, 60))


def compare(size: str, options: argparse.Namespace, folder: Path) -> dict[str, Result]:
    """Both peers, in turn, round after round."""
    results = {"postfix": Result(), "gatekeeper": Result()}
    with (
        sink() as hop,
        postfix(folder / f"postfix-{size}", hop) as plain,
        gatekeeper(folder / f"gatekeeper-{size}", hop, options.processes) as ours,
    ):
        for port, _ in (plain, ours):
            load(port, folder, size, min(100, options.messages), options)
        for _ in range(options.rounds):
            measure(results["postfix"], *plain, folder, size, options)
            measure(results["gatekeeper"], *ours, folder, size, options)
    return results


def row(name: str, r: Result, base: Result) -> str:
    ratio = statistics.median(a / b for a, b in zip(r.cpu, base.cpu, strict=True))
    speed = statistics.median(a / b for a, b in zip(r.rate, base.rate, strict=True))
    quantiles = statistics.quantiles(r.latency, n=100)
    return (
        f"{name:11} {statistics.median(r.cpu):8.2f} {ratio:8.2f} {statistics.median(r.rate):9.0f} {speed:8.2f}"
        f" {quantiles[49] * 1000:8.1f} {quantiles[98] * 1000:8.1f} {r.memory / 1024:8.0f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="gatekeeper against plain Postfix.")
    parser.add_argument("--sizes", default="4k,50k,1m")
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--others", choices=sorted(OTHERS), default="outside")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        print(f"{'':11} CPU s/1000   ratio     msg/s    ratio   p50 ms   p99 ms   PSS MB")
        for size in options.sizes.split(","):
            for who, sender in (("other", OTHERS[options.others]), ("councillor", COUNCILLOR)):
                (folder / f"{size}-{who}").write_bytes(message(SIZES[size], sender))
            results = compare(size, options, folder)
            print(size)
            for peer, result in results.items():
                print(row(peer, result, results["postfix"]), flush=True)


if __name__ == "__main__":
    main()
