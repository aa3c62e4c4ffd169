"""What makes an event checkable for ever, although its personal half may be deleted.

Each personal field F with value V has a commitment in the public half:

    field salt = HMAC-SHA256(key = the event's 16 random octets, F in UTF-8)
    commitment = HMAC-SHA256(key = field salt, V as JSON), in lower-case hex

The persons an event concerns are committed to as the field "@people". Once event_details is deleted with the salt in
it, nobody can find the value by trying; while it is there, one field can be shown and proved by its salt alone.

The digest of an event is the SHA-256, in lower-case hex, of the JSON array of

    "gatekeeper event 1", id, council, at, kind, reference, verdict, rules, clauses, facts, commitments

where `at` is a string of decimal microseconds since 1970-01-01T00:00:00Z, rules and clauses are arrays of strings,
facts and commitments objects of strings. JSON here is ASCII (other characters as \\uXXXX escapes in lower case, in
UTF-16 pairs), without white space between tokens, keys in the order of their characters: what Python's
`json.dumps(value, sort_keys=True, separators=(",", ":"))` gives.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from gatekeeper.storage.plain import json_text

FORMAT = "gatekeeper event 1"
PEOPLE = "@people"
SALT_OCTETS = 16


def field_salt(salt: bytes, field: str) -> bytes:
    return hmac.digest(salt, field.encode(), "sha256")


def commitment(field_salt: bytes, value: str) -> str:
    """`value` is JSON already."""
    return hmac.digest(field_salt, value.encode(), "sha256").hex()


def commitments(salt: bytes, values: Mapping[str, str]) -> dict[str, str]:
    """By field. The values are JSON already."""
    return {field: commitment(field_salt(salt, field), value) for field, value in values.items()}


def event_digest(columns: Sequence[str]) -> str:
    """`columns` as above, from id to commitments: the first six are plain, the last four JSON already."""
    head = ",".join(map(json_text, (FORMAT, *columns[:6])))
    return hashlib.sha256(f"[{head},{','.join(columns[6:])}]".encode("ascii")).hexdigest()
