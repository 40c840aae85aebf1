"""What a list asks its portal for: an address, or a form or JSON posted to one."""

from __future__ import annotations

from dataclasses import dataclass

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Query:
    """``body``: posted where given, read with GET where None. ``referer``: the page that asks;
    ``note``: what the mechanism wants to know of the question when its answer comes."""

    url: str
    body: bytes | None = None
    content_type: str = FORM
    referer: str | None = None
    note: str = ""

    @property
    def key(self) -> str:
        """The address under which the answer is kept: a POST by pywb's convention, its body too."""
        if self.body is None:
            return self.url
        mark = "&" if "?" in self.url else "?"
        return f"{self.url}{mark}__wb_method=POST&{self.body.decode('utf-8', 'replace')}"
