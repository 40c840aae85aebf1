"""The outside contract's JSON Schema, where a copy is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PLACE = Path(__file__).parents[3] / "shared" / "docs" / "contract.schema.json"


def contract_errors(kind: str, value: Any) -> list[str]:
    """Why ``value`` is no ``status`` or ``finding`` of the contract; skips without the schema."""
    if not PLACE.is_file():
        pytest.skip("contract.schema.json is not at hand: conformance not checked")
    import jsonschema

    schema = {**json.loads(PLACE.read_text(encoding="utf-8")), "$ref": f"#/$defs/{kind}"}
    return [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(value)]
