"""The version of a protocol: a digest of everything that is in force."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from gatekeeper.core.protocol import CouncilProtocol


def with_version(protocol: CouncilProtocol) -> CouncilProtocol:
    """The same with `version` set: SHA-256 in hex over every field in a canonical order."""
    plain = json.dumps(_plain(replace(protocol, version="")), sort_keys=True, ensure_ascii=True)
    return replace(protocol, version=sha256(plain.encode()).hexdigest())


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    match value:
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(k): _plain(v) for k, v in value.items()}
        case list() | tuple():
            return [_plain(v) for v in value]
        case _:
            return value
