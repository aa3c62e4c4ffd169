"""Arguments are cut apart without being rewritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.envelope import Path
from gatekeeper.smtp.commands import account_of, attributes, command_line, parameter, path_of, without


@given(st.binary(max_size=40) | st.text('FROM:<>"\\ @a=;\r\n\0', max_size=30).map(str.encode))
def test_any_argument_is_a_path_or_none_and_comes_out_as_it_went_in(argument: bytes) -> None:
    path = path_of(b"FROM:" + argument, b"FROM:")
    if path is not None:
        line = command_line(b"MAIL FROM", path)
        assert not set(line) & {0, 10, 13}
        assert path_of(line.removeprefix(b"MAIL "), b"FROM:") == path


@pytest.mark.parametrize(
    ("argument", "raw", "params"),
    [
        (b"FROM:<>", b"", b""),
        (b"from: <a@b>  X  Y=z ", b"a@b", b"X  Y=z"),
        (b'FROM:<"a>b <c>"@d> RET=FULL', b'"a>b <c>"@d', b"RET=FULL"),
        (b'FROM:<"a\\"b"@d>', b'"a\\"b"@d', b""),
        (b"FROM:<@r1,@r2:u@d>", b"@r1,@r2:u@d", b""),
        (b"FROM:<a;b,c(d)@e> AUTH=<>", b"a;b,c(d)@e", b"AUTH=<>"),
    ],
)
def test_paths(argument: bytes, raw: bytes, params: bytes) -> None:
    assert path_of(argument, b"FROM:") == Path(raw, params)


def test_quotes_without_end_cost_no_time() -> None:
    assert path_of(b"FROM:<" + b'"a' * 4000, b"FROM:") is None
    assert path_of(b"FROM:<a@b> " + b"x " * 4000 + b"=", b"FROM:") is None


def test_parameters_are_found_whatever_their_case_and_taken_out_alone() -> None:
    path = Path(b"a@b", b"RET=hdrs Auth=x+2By SIZE")
    assert parameter(path.params, b"AUTH") == b"x+2By"
    assert parameter(path.params, b"SIZE") == b""
    assert parameter(path.params, b"ENVID") is None
    assert without(path, (b"AUTH",)) == Path(b"a@b", b"RET=hdrs SIZE")
    assert without(path, (b"ENVID",)) is path


@pytest.mark.parametrize(
    ("value", "account"),
    [
        (b"<>", ""),
        (b"", ""),
        (b"[UNAVAILABLE]", ""),
        (b"e+2Bmail+40x", "e+mail@x"),
        (b"+C3+A9", "é"),
        (b"+FF", "\ufffd"),
    ],
)
def test_accounts_are_read_from_xtext(value: bytes, account: str) -> None:
    assert account_of(value) == account


def test_attributes_of_xclient() -> None:
    assert attributes(b"LOGIN=ann ADDR=192.0.2.1 HELO=[TEMPUNAVAIL]") == {
        b"LOGIN": "ann",
        b"ADDR": "192.0.2.1",
        b"HELO": "",
    }
    assert attributes(b"") is None
    assert attributes(b"LOGIN") is None
