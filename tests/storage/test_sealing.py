"""What makes an event checkable: commitments and digest, as the documentation of the trail gives them."""

import hashlib
import hmac
import json

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from gatekeeper.core.changes import Changes
from gatekeeper.storage import tables as t
from gatekeeper.storage.plain import json_list, json_map, json_text, micros
from gatekeeper.storage.sealing import commitment, commitments, field_salt
from gatekeeper.storage.store import SqlStore
from tests.changes import an_event

EVENT = an_event(
    1,
    reference="K7W",
    verdict="hold",
    rules=("obligation",),
    clauses=("Stow, 3 – “writing”",),
    facts={"size": "5", "protocol": "v1"},
    details={
        "sender": "jane@stow.example",
        "recipients": ("ä@x.example", "b@x.example"),
        "subject": "Ünïcode \U0001f4a3",
    },
    people=("j-smith", "a-jones"),
)


def canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@given(st.binary(min_size=32, max_size=32), st.text(st.characters(codec="utf-8")))
def test_a_commitment_is_an_hmac(key: bytes, value: str) -> None:
    assert commitment(key, value) == hmac.new(key, value.encode(), "sha256").hexdigest()


def test_a_field_has_a_salt_of_its_own() -> None:
    assert field_salt(b"s" * 16, "subject") == hashlib.sha256(b"s" * 16 + b"subject").digest()
    same = commitments(b"s" * 16, {"sender": '"a"', "subject": '"a"'})
    assert same["sender"] != same["subject"]


@given(st.dictionaries(st.text(), st.text()), st.lists(st.text()))
def test_json_has_one_spelling(mapping: dict[str, str], values: list[str]) -> None:
    assert json_map(mapping) == canonical(mapping)
    assert json_list(values) == canonical(values)
    assert json_text("".join(values)) == canonical("".join(values))


async def test_the_digest_can_be_worked_out_from_the_columns(store: SqlStore) -> None:
    await store.record(Changes(events=(EVENT,)))
    with store.database.reader.connect() as connection:
        row = connection.execute(select(t.events)).one()
    parts = [json.loads(x) for x in (row.rules, row.clauses, row.facts, row.commitments)]
    whole = ["gatekeeper event 1", row.id, row.council, str(row.at), row.kind, row.reference, row.verdict, *parts]
    assert row.at == micros(EVENT.at)
    assert row.digest == hashlib.sha256(canonical(whole).encode()).hexdigest()


async def test_every_personal_value_is_committed_to_and_none_is_public(store: SqlStore) -> None:
    await store.record(Changes(events=(EVENT,)))
    with store.database.reader.connect() as connection:
        row = connection.execute(select(t.events)).one()
        kept = connection.execute(select(t.event_details)).one()
    salt = bytes.fromhex(kept.salt)
    values = {**json.loads(kept.details), "@people": json.loads(kept.people)}
    expected = {
        field: hmac.new(hashlib.sha256(salt + field.encode()).digest(), canonical(v).encode(), "sha256").hexdigest()
        for field, v in values.items()
    }
    assert json.loads(row.commitments) == expected
    public = " ".join(map(str, row))
    assert not any(word in public for word in ("jane", "b@x.example", "code", "j-smith"))


async def test_the_same_value_gives_another_commitment_in_another_event(store: SqlStore) -> None:
    await store.record(Changes(events=(EVENT, an_event(2, details=EVENT.details))))
    with store.database.reader.connect() as connection:
        one, other = connection.execute(select(t.events.c.commitments)).scalars()
    assert json.loads(one)["sender"] != json.loads(other)["sender"]


async def test_an_event_without_personal_values_has_no_personal_half(store: SqlStore) -> None:
    await store.record(Changes(events=(an_event(1, facts={"reply": "250"}),)))
    with store.database.reader.connect() as connection:
        assert connection.execute(select(t.event_details)).all() == []
        assert connection.execute(select(t.events.c.commitments)).scalar() == "{}"
