"""Rules are found by walking a package; an incomplete or a doubled one stops the program."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.rules import catalogue, rule
from monitor.rules.base import RuleError, load_rules

RULE = """
from monitor.rules.base import Rule
from storage.vocab import Outcome, Severity

class {name}(Rule):
    code = "{code}"
    severity = Severity.INFO
    message = "要求"
    basis = "依据"
    bad = "反例"
    good = "正例"
    {hint}
    def judge(self, report):
        yield self.verdict(report, Outcome.PASS, "相符")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / f"rules_{tmp_path.name.replace('-', '_')}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [n for n in sys.modules if n.split(".")[0] == folder.name]:
        del sys.modules[name]


def write(
    folder: Path, module: str, code: str, name: str = "Some", hint: str = 'hint = "改"'
) -> None:
    (folder / f"{module}.py").write_text(RULE.format(name=name, code=code, hint=hint), "utf-8")


def test_a_new_module_is_found_without_a_list(package: Path) -> None:
    write(package, "one", "A-ONE")
    write(package, "two", "A-TWO")
    assert [r.code for r in load_rules(package.name)] == ["A-ONE", "A-TWO"]


def test_a_duplicate_code_is_an_error(package: Path) -> None:
    write(package, "one", "A-ONE")
    write(package, "two", "A-ONE", name="Other")
    with pytest.raises(RuleError, match="A-ONE 重复"):
        load_rules(package.name)


def test_a_missing_text_is_named(package: Path) -> None:
    write(package, "one", "A-ONE", hint="")
    with pytest.raises(RuleError, match="缺少 hint"):
        load_rules(package.name)


def test_catalogue_and_lookup() -> None:
    codes = [info.code for info in catalogue()]
    assert codes == sorted(codes)
    assert {
        "T3-BAL",
        "T3-RES",
        "T3-ROW",
        "T3-NEG",
        "T4-SUM",
        "T2-LB",
        "S-MISSING",
        "S-ORDER",
        "S-FEE",
        "M-YEAR",
        "F-VERSION",
        "X-REQ",
        "X-REVIEW",
        "X-LITIG",
        "T-RAGGED",
    } <= set(codes)
    found = rule("t3-bal")
    assert found is not None and found.code == "T3-BAL"
    assert rule("NO-SUCH") is None
