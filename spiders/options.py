"""Where a select box leads whose options are no addresses: its script makes one of the value."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

_VALUE = r"[\w$.()'\"#\[\]]{0,80}?(?:\.value|\.val\(\s{0,5}\)|\[[\w$.]{0,60}selectedIndex\]\.value)"
_MADE = re.compile(
    rf"""(?<!get\()(?<!post\()(?<!ajax\()["']([^"'\s+/?]*[/?][^"'\s+]*)["']\s*\+\s*{_VALUE}(?:\s*\+\s*["']([^"'\s]*)["'])?"""
)
"""``'/bm/' + s.value + '/nb.html'``; what is asked in the background is no page to go to."""
_NAMED = re.compile(
    rf"(?<![\w$.])([A-Za-z_$][\w$]{{0,40}})\s{{0,5}}=\s{{0,5}}{_VALUE}\s{{0,5}}[;,\n]"
)
"""var v = s.options[s.selectedIndex].value: the name stands for the value from then on."""
_HANDED = re.compile(r"([\w$]+)\s*\(\s*(?:this|event\.target)\.value")
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
    made = set(_MADE.findall(own)) or set(_MADE.findall(_spelt_out(own, script)))
    if len(made) != 1:
        return None
    before, after = made.pop()
    return f"{before}{value}{after}"


def _spelt_out(own: str, script: str) -> str:
    """The script with the value itself in place of the names that it is given."""
    names = {m[1] for m in _NAMED.finditer(script)}
    for function in _HANDED.findall(own):
        names |= set(
            re.findall(
                rf"\b{re.escape(function)}\s*(?:=\s*function\s*)?\(\s*([\w$]+)\s*\)\s*\{{", script
            )
        )
    for name in names:
        script = re.sub(rf"\+\s*{re.escape(name)}(?![\w$.(\[])", "+ chosen.value", script)
    return script
