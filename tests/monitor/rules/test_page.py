"""docs/rules.md is what the rules say today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.catalogue import all_rules
from monitor.rules_page import group_of, page

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == page(), (
        "python -m monitor.rules_page > docs/rules.md"
    )


def test_every_rule_stands_in_the_index_and_in_its_group() -> None:
    text = page()
    for info in all_rules():
        assert f"| [{info.code}](#{info.code.lower()}) |" in text
        assert f"\n### {info.code}\n" in text
        assert f"\n## {group_of(info.code)}\n" in text


def test_a_code_of_no_group_is_refused() -> None:
    with pytest.raises(KeyError):
        group_of("ZZ-1")


def test_the_command_prints_the_page() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "monitor.rules_page"], cwd=ROOT, capture_output=True, check=True
    )
    assert shown.stdout.decode() == page()
