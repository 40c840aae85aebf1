"""Whose number a scope word announces."""

from __future__ import annotations

import pytest

from monitor.rules.scope import is_government, speaks_of

GOVERNMENT, OFFICE, BUREAU = "临溪县人民政府", "临溪县人民政府办公室", "临溪县水利局"
TOWN, STREET = "临溪县石桥镇人民政府", "临溪县城南街道办事处"


@pytest.mark.parametrize(
    ("scope", "agency", "own"),
    [
        (None, BUREAU, True),
        ("我局", BUREAU, True),
        ("我局", None, True),
        ("本机关", OFFICE, True),
        ("全县", BUREAU, False),
        ("全县", OFFICE, False),
        ("全县", None, False),
        ("全县", GOVERNMENT, True),
        ("我县", GOVERNMENT, True),
        ("我办", GOVERNMENT, False),
        ("本级", GOVERNMENT, False),
        ("全市", GOVERNMENT, False),
        ("各部门", GOVERNMENT, True),
        ("各部门", BUREAU, False),
        ("县政府", GOVERNMENT, True),
        ("县政府办", OFFICE, True),
        ("县人民政府办公室", OFFICE, True),
        ("县政府", OFFICE, False),
        ("县政府办", GOVERNMENT, False),
        ("全镇", TOWN, True),
        ("我镇", TOWN, True),
        ("全县", TOWN, False),
        ("我办", STREET, True),
        ("全街道", STREET, True),
        ("全县", "临溪县", True),
    ],
)
def test_speaks_of(scope: str | None, agency: str | None, own: bool) -> None:
    assert speaks_of(scope, agency) is own


def test_a_government_is_not_its_office() -> None:
    assert is_government(GOVERNMENT) and is_government("临溪县") and is_government(STREET)
    assert not is_government(OFFICE) and not is_government(BUREAU) and not is_government(None)
