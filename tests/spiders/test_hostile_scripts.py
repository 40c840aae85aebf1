"""Patterns that are applied to whole pages take time in proportion to them: pages are read in the
process that crawls all portals, and one hostile page must not hold up the others."""

from __future__ import annotations

import re
import time
from importlib import import_module

import pytest

_ON_PAGES = (
    "spiders.lists.annual_report_jsp:_TREE",
    "spiders.lists.annual_report_jsp:_ADDRESS",
    "spiders.lists.annual_report_jsp:_CALL",
    "spiders.lists.jpage_units:_PROXY",
    "spiders.lists.onclick_pager:_CALL",
    "spiders.lists.static_pager:_BASE",
    "spiders.menus:_ITEM",
    "spiders.options:_MADE",
    "spiders.surfing:_EVENTS",
)
_SHORT, _LONG = 5_000, 40_000
_UNITS = ("a", "/", "=", "a.", "a/", " ", "<", "<a ", "一", "'/", "1")


@pytest.mark.parametrize("name", _ON_PAGES)
def test_time_grows_no_faster_than_the_page(name: str) -> None:
    module, _, attribute = name.partition(":")
    pattern = getattr(import_module(module), attribute)

    def spent(size: int, start: str, unit: str) -> float:
        text = start + unit * (size // len(unit))
        began = time.process_time()
        list(pattern.finditer(text))
        return time.process_time() - began

    for start in ("", "'", '"', "<"):
        for unit in _UNITS:
            before = max(spent(_SHORT, start, unit), 0.01)
            # Eight times the text; the square of it would be sixty-four times the time.
            assert spent(_LONG, start, unit) < before * 32, (start, unit)


def test_what_the_patterns_are_for_is_still_found() -> None:
    from spiders.lists import annual_report_jsp, onclick_pager, static_pager
    from spiders.options import _MADE

    tree = annual_report_jsp._TREE.search("src='/xxgk/jpage/orgtree2.jsp?area=41' ")
    assert tree and tree[1] == "/xxgk/jpage/orgtree2.jsp?area=41"
    assert annual_report_jsp._CALL.search("showArea( '412', 'x');")
    call = onclick_pager._CALL.search("javascript:goPage(this, 3)")
    assert call and call[1] == "3"
    base = static_pager._BASE.search("location = '../nb/list_x_' + n + '.html'")
    assert base and base[1] == "list_x"
    assert re.search(r"bm", _MADE.findall("location='/bm/' + s.value + '/nb.html'")[0][0])
