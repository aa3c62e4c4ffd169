"""What makes an event checkable for ever, although its personal half may be deleted.

Each personal field F with value V has a commitment in the public half:

    field salt = SHA-256(the event's 16 random octets, then F in UTF-8)
    commitment = HMAC-SHA256(key = field salt, message = V as JSON), in lower-case hex

The persons an event concerns are committed to as the field "@people". Once event_details is deleted with the salt in
it, nobody can find the value by trying; while it is there, one field can be shown and proved by its salt alone (from a
field salt one can only reach those of longer names with SHA-256's padding inside, which are no field's).

The digest of an event is the SHA-256, in lower-case hex, of the JSON array of

    "gatekeeper event 1", id, council, at, kind, reference, verdict, rules, clauses, facts, commitments

where `at` is a string of decimal microseconds since 1970-01-01T00:00:00Z, rules and clauses are arrays of strings,
facts and commitments objects of strings. JSON here is ASCII (other characters as \\uXXXX escapes in lower case, in
UTF-16 pairs), without white space between tokens, keys in the order of their characters: what Python's
`json.dumps(value, sort_keys=True, separators=(",", ":"))` gives.
"""

import hashlib
from collections.abc import Mapping, Sequence

from gatekeeper.storage.plain import json_text

FORMAT = "gatekeeper event 1"
PEOPLE = "@people"
SALT_OCTETS = 16

_BLOCK = 64
_INNER = bytes(octet ^ 0x36 for octet in range(256))
_OUTER = bytes(octet ^ 0x5C for octet in range(256))


def field_salt(salt: bytes, field: str) -> bytes:
    return hashlib.sha256(salt + field.encode()).digest()


def commitment(field_salt: bytes, value: str) -> str:
    """`value` is JSON already. This is HMAC (RFC 2104) spelt out: twice as fast as through `hmac` for a few octets, and
    it is done for every field of every message."""
    key = field_salt.ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(key.translate(_INNER) + value.encode()).digest()
    return hashlib.sha256(key.translate(_OUTER) + inner).hexdigest()


def commitments(salt: bytes, values: Mapping[str, str]) -> dict[str, str]:
    """By field. The values are JSON already."""
    return {field: commitment(field_salt(salt, field), value) for field, value in values.items()}


def event_digest(columns: Sequence[str]) -> str:
    """`columns` as above, from id to commitments: the first six are plain, the last four JSON already."""
    head = ",".join(map(json_text, columns[:6]))
    return hashlib.sha256(f'["{FORMAT}",{head},{",".join(columns[6:])}]'.encode()).hexdigest()
