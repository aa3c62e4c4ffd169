"""The record: searched by everything the command offers, in three formats that stay as they are."""

import csv
import io
import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.conftest import Town
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.world import Result

D = "central-bedfordshire.example"
JANE = f"jane.smith@{D}"
CLERK = f"clerk@{D}"
RESIDENT = "auditee@else.example"
OBLIGATION = "I confirm on behalf of the council that we will resurface the car park by the end of April."
ORDER = "You must cut the hedge in Church Lane by Friday."
KEYS = {
    "at", "event", "reference", "council", "message_id", "sender", "recipients", "subject", "verdict", "rules",
    "clauses", "actor", "sentence",
}  # fmt: skip
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
MINE = ("--council", "central-bedfordshire")


@dataclass(frozen=True)
class Trail:
    town: Town
    passed: str
    flagged: str
    held: str
    evil: str
    reference: str

    def search(self, *words: str) -> Result:
        return self.town.folder.run("audit", "search", *words)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return self.search(*MINE, "--limit", "1000", "--format", "json", *words).lines

    def messages(self, *words: str) -> set[str]:
        return self.each(words)[words]

    def each(self, *questions: tuple[str, ...]) -> dict[tuple[str, ...], set[str]]:
        """Which of the four messages each of the questions finds."""
        ours = {self.passed, self.flagged, self.held, self.evil}
        asked = ("audit", "search", *MINE, "--limit", "1000", "--format", "json", "--event", "message:judged")
        answers = self.town.folder.run_each(*((*asked, *words) for words in questions))
        found = ({row["message_id"] for row in answer.lines} & ours for answer in answers)
        return dict(zip(questions, found, strict=True))


@pytest.fixture(scope="module")
def trail(town: Town) -> Trail:
    passed, flagged, held, evil = (new_id("audit") for _ in range(4))
    staff = f"olive.ostler@{D}"
    sent = [
        (CLERK, RESIDENT, a_mail(CLERK, [RESIDENT], message_id=passed, subject="Quarterly sundial")),
        (JANE, RESIDENT, a_mail(JANE, [RESIDENT], OBLIGATION, message_id=flagged, subject="Car park")),
        (CLERK, RESIDENT, a_mail(CLERK, [RESIDENT], message_id=evil, subject="=HYPERLINK(1,2)")),
        (JANE, staff, a_mail(JANE, [staff], ORDER, message_id=held, subject="Hedge")),
    ]
    replies = [town.send(sender, [to], mail) for sender, to, mail in sent]
    assert [reply.code for reply in replies] == [250] * 4
    return Trail(town, passed, flagged, held, evil, replies[3].reference)


def test_json_has_the_stable_keys_one_object_a_line_and_utc(trail: Trail) -> None:
    rows = trail.rows()
    assert all(row.keys() >= KEYS for row in rows)
    assert all(TIME.fullmatch(row["at"]) for row in rows)
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    judged = {row["message_id"]: row for row in rows if row["event"] == "message:judged"}
    row = judged[trail.flagged]
    assert (row["verdict"], row["council"]) == ("flag", "central-bedfordshire")
    assert "obligation" in row["rules"]
    assert (row["sender"], row["recipients"], row["subject"]) == (JANE, [RESIDENT], "Car park")
    assert row["clauses"][0].startswith("Central Bedfordshire")
    assert row["sentence"].endswith(".")
    assert (judged[trail.passed]["verdict"], judged[trail.held]["verdict"]) == ("pass", "hold")


def test_every_option_narrows_the_search(trail: Trail) -> None:
    everything = {trail.passed, trail.flagged, trail.held, trail.evil}
    expected = {
        ("--person", "j-smith"): {trail.flagged, trail.held},
        ("--person", RESIDENT): {trail.passed, trail.flagged, trail.evil},
        ("--rule", "obligation"): {trail.flagged},
        ("--verdict", "hold"): {trail.held},
        ("--message-id", trail.passed.strip("<>")): {trail.passed},
        ("--text", "sundial"): {trail.passed},
        ("--since", "2020-01-01", "--until", "2099-01-01"): everything,
        ("--since", "2099-01-01"): set(),
    }
    assert trail.each(*expected) == expected


def test_until_a_day_counts_to_its_end_and_a_time_to_the_second(trail: Trail) -> None:
    row = next(row for row in trail.rows("--message-id", trail.held) if row["event"] == "message:judged")
    assert trail.messages("--until", row["at"][:10], "--since", row["at"][:10], "--verdict", "hold") == {trail.held}
    assert trail.held not in trail.messages("--until", "2020-01-01T00:00:00Z")


def test_the_limit_is_kept(trail: Trail) -> None:
    assert len(trail.search(*MINE, "--format", "json", "--limit", "2").lines) == 2


def test_csv_has_the_same_columns_and_is_safe_in_a_spreadsheet(trail: Trail) -> None:
    done = trail.search(*MINE, "--format", "csv", "--message-id", trail.evil)
    table = list(csv.DictReader(io.StringIO(done.out)))
    assert table[0].keys() >= KEYS
    assert {row["message_id"] for row in table} == {trail.evil}
    assert "'=HYPERLINK(1,2)" in {row["subject"] for row in table}
    cells = [cell for line in csv.reader(io.StringIO(done.out)) for cell in line]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_a_table_is_for_people(trail: Trail) -> None:
    done = trail.search(*MINE, "--message-id", trail.held)
    assert trail.reference in done.out
    assert not done.out.lstrip().startswith("{")


def test_data_goes_to_standard_output_and_a_wrong_question_is_wrong_usage(trail: Trail) -> None:
    nothing = trail.search(*MINE, "--format", "json", "--text", "no such words anywhere")
    assert (nothing.out, nothing.err) == ("", "")
    assert nothing.status in (0, 1)
    for words in (
        ("--since", "yesterdayish"),
        ("--format", "xml"),
        ("--council", "barchester"),
        ("--verdict", "maybe"),
    ):
        wrong = trail.search(*words)
        assert wrong.status != 0, words
        assert wrong.out == "", words
        assert wrong.err.strip(), words


def test_the_log_names_no_address_and_no_subject(trail: Trail) -> None:
    log = trail.town.serving.log.read_text()
    assert "@" not in log
    assert not any(words in log for words in ("sundial", "Car park", "Hedge", "hedge", "auditee", "Jane Smith"))
    assert trail.town.serving.printed.read_text() == ""
