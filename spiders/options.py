"""Where a select box leads whose options are no addresses: its script makes one of the value."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_VALUE = r"[\w$.()'\"#\[\]]*?(?:\.value|\.val\(\s*\)|\[[\w$.]*selectedIndex\]\.value)"
_MADE = re.compile(
    rf"""(?<!get\()(?<!post\()(?<!ajax\()["']([^"'\s+/?]*[/?][^"'\s+]*)["']\s*\+\s*{_VALUE}(?:\s*\+\s*["']([^"'\s]*)["'])?"""
)
"""``'/bm/' + s.value + '/nb.html'``; what is asked in the background is no page to go to."""
_PLAIN = re.compile(r"^[\w\-]{1,40}$")


def chosen_address(option: HtmlElement, value: str, script: str) -> str | None:
    """The address, as written, to which choosing an option leads; None where that isn't certain.

    The box must be one that a script watches, and only one way of making addresses may be there.
    """
    if not _PLAIN.match(value):
        return None
    box = next(option.iterancestors("select"), None)
    if box is None:
        return None
    own = box.get("onchange") or ""
    mark = box.get("id") or box.get("name") or ""
    if not own and not (mark and re.search(rf"[\"'#]{re.escape(mark)}[\"'\]]", script)):
        return None
    made = set(_MADE.findall(own)) or set(_MADE.findall(script))
    if len(made) != 1:
        return None
    before, after = made.pop()
    return f"{before}{value}{after}"
