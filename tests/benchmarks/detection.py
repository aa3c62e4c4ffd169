"""What hearing a message costs: CPU for messages of 65 and 250 words and of 50 KB, start-up, and memory.

    python -m tests.benchmarks.detection [--messages 300]

Messages are put together from sentences of the development mails: "ordinary" from dull mail, of which most mail is
made, "mixed" from all of them, in which one sentence in ten binds. Those of 50 KB have 12 KB of plain text and 38 KB of
HTML that repeats it, of council words in no order or of sentences. All are judged from the default threshold on, as the
rules do. Start-up is that of a fresh process: the records of `core` apart, since everything else needs them too.
"""

import argparse
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.core.people import Role
from gatekeeper.detect.speech import Setting, assess_each, threshold
from gatekeeper.detect.training.corpus import load

COUNCIL = Path(__file__).parents[1] / "corpus" / "council"
SETTING = Setting(frozenset({Role.COUNCILLOR}), frozenset({"outside"}))
NEEDLESS = 0.01
START = """
import resource, time
began = time.process_time()
from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.core.people import Role
records = time.process_time()
from gatekeeper.detect.speech import Setting, assess
words = "We accept your price for the fence."
text = Text(Where.BODY, words, (Stretch(Zone.OWN, 0, len(words)),))
assert assess((text,), Setting(frozenset({Role.COUNCILLOR}), frozenset({"outside"})))
done = time.process_time()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((records - began) * 1e3, (done - records) * 1e3, peak / 1024)
"""


def own(words: str, where: Where = Where.BODY) -> Text:
    return Text(where, words, (Stretch(Zone.OWN, 0, len(words)),))


def sentences(pattern: str) -> list[str]:
    bodies = [mail.body.replace("\n", " ") for mail in load(sorted(COUNCIL.glob(pattern)))]
    return [s.strip() + "." for body in bodies for s in body.split(". ") if 3 < len(s.split()) < 30]


def of_words(said: Sequence[str], words: int, chance: random.Random) -> str:
    found: list[str] = []
    while sum(len(s.split()) for s in found) < words:
        found.append(chance.choice(said))
    return " ".join(found)


def disordered(said: Sequence[str], chance: random.Random) -> str:
    """12 KB of lines of twelve words each."""
    vocabulary = sorted({word for sentence in said for word in sentence.split()})
    lines: list[str] = []
    while sum(map(len, lines)) < 12_000:
        lines.append(" ".join(chance.choices(vocabulary, k=12)).capitalize() + ".")
    return "\n".join(lines)


def alternative(plain: str) -> tuple[Text, ...]:
    """Plain text, and HTML text that says the same, a paragraph a line, until it has 38 KB."""
    paragraphs = "\n\n".join(plain.split("\n"))
    return own(plain), own("\n\n".join([paragraphs] * 4)[:38_000], Where.HTML)


def measure(name: str, messages: Sequence[tuple[Text, ...]]) -> None:
    least = threshold(NEEDLESS)
    spent: list[float] = []
    for texts in messages:
        began = time.process_time()
        assess_each(texts, SETTING, least=least)
        spent.append((time.process_time() - began) * 1e3)
    worst = statistics.quantiles(spent, n=100)[98] if len(spent) > 1 else spent[0]
    print(f"{name:<34} median {statistics.median(spent):7.2f} ms   99 % {worst:7.2f} ms")


def start() -> None:
    command = [sys.executable, "-c", START]
    runs = [subprocess.run(command, capture_output=True, check=True, text=True).stdout.split() for _ in range(5)]
    records, detector, peak = (statistics.median(float(run[at]) for run in runs) for at in range(3))
    print(f"start-up: records {records:.0f} ms, detector and first message {detector:.0f} ms; peak {peak:.0f} MB")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--messages", type=int, default=300)
    count = arguments.parse_args().messages
    chance = random.Random(3)
    ordinary, mixed = sentences("dev-dull.jsonl"), sentences("dev-*.jsonl")
    few = max(2, count // 20)
    measure("warming up", [(own(of_words(mixed, 250, chance)),) for _ in range(20)])
    for words in (65, 250):
        measure(f"{words} words, ordinary", [(own(of_words(ordinary, words, chance)),) for _ in range(count)])
        measure(f"{words} words, mixed", [(own(of_words(mixed, words, chance)),) for _ in range(count)])
    measure("50 KB, words in no order", [alternative(disordered(mixed, chance)) for _ in range(few)])
    long = [of_words(ordinary, 2_100, chance).replace(". ", ".\n") for _ in range(few)]
    measure("50 KB, ordinary", [alternative(plain) for plain in long])
    start()


if __name__ == "__main__":
    main()
