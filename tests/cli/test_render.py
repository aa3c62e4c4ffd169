"""What commands print is harmless to terminals and spreadsheets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.cli import render, times
from gatekeeper.errors import Unusable
from tests.builders import NOON


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@cmd", "\t=1", "\r=1"])
def test_a_cell_is_never_taken_for_a_formula(text: str) -> None:
    assert render.spreadsheet_cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@given(st.text())
def test_nothing_steers_the_terminal(text: str) -> None:
    assert render.printable(text).isprintable()
    assert render.spreadsheet_cell(text)[:1] not in ("=", "+", "-", "@")


def test_a_table_keeps_markup_and_long_words_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    render.table([{"subject": "[red]x[/red]\x1b[31m" + "y" * 300}], ("subject",), "none")
    out = capsys.readouterr().out
    assert "[red]x[/red]" in out
    assert "y" * 300 in out
    assert "\x1b" not in out


def test_a_list_is_a_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    render.lines([{"a": "é\n"}, {"a": 2}])
    assert [json.loads(x) for x in capsys.readouterr().out.splitlines()] == [{"a": "é\n"}, {"a": 2}]


def test_times_are_rfc_3339_in_utc() -> None:
    assert render.stamp(NOON) == "2026-11-24T12:00:00Z"


def test_a_day_counts_from_its_first_to_its_last_instant() -> None:
    start, end = times.start("2026-07-01"), times.end("2026-07-01")
    assert (render.stamp(start), render.stamp(end)) == ("2026-06-30T23:00:00Z", "2026-07-01T23:00:00Z")


def test_a_time_without_offset_is_the_councils() -> None:
    assert render.stamp(times.moment("2026-07-01T10:00")) == "2026-07-01T09:00:00Z"


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "2026-13-01", "10:00"])
def test_what_is_no_time_says_what_to_write(text: str) -> None:
    with pytest.raises(Unusable, match="2026-01-31"):
        times.start(text)
