"""Whether a number in the text speaks of the body whose table it is held against."""

from __future__ import annotations

import re

_OFFICE = re.compile(r"办公[室厅]$")
_REGION = re.compile(r"(?:省|自治区|市|县|区|州|盟|旗|镇|乡|街道)$")
_WIDE = re.compile(r"全|各|两级|三级|行政区域|辖区|[市县区省](?:直|级)")
_OWN = re.compile(r"^[我本]")
_GOVERNMENT_SELF = frozenset(
    ("省", "市", "县", "区", "州", "旗", "镇", "乡", "街道", "机关", "单位")
)
_BODY = re.compile(r"(?:人民)?政府(?:办公?[室厅]?)?$")


def speaks_of(scope: str | None, agency: str | None) -> bool:
    """True if a fact with this scope word can be the figure of the agency's own table.

    A government's table covers its region (全县), an office's or department's only itself.
    Unknown agencies are taken for departments: a wide number then says nothing.
    """
    if scope is None:
        return True
    name = (agency or "").replace("人民政府", "政府")
    government = is_government(agency)
    if _OWN.search(scope):
        if scope[1:] in ("办", "街", "街道") and name.endswith("街道办事处"):
            return True
        return not government or scope[1:] in _GOVERNMENT_SELF
    if _WIDE.search(scope):
        if not government:
            return False
        region = name.removesuffix("政府").removesuffix("办事处")
        return not scope.startswith("全") or region.endswith(scope[1:])
    if _BODY.search(scope):
        return name.endswith(_plain(scope)) if agency else False
    return False


def is_government(agency: str | None) -> bool:
    """人民政府 of any level or a region's name; its 办公室 is another body."""
    name = agency or ""
    if _OFFICE.search(name):
        return False
    return name.endswith(("政府", "街道办事处")) or _REGION.search(name) is not None


def _plain(scope: str) -> str:
    plain = scope.replace("人民政府", "政府")
    if plain.endswith("办"):
        return plain + "公室"
    return plain
