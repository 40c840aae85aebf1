"""The text of one paragraph while it is read: fields show their results and not their codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.documents.office.marks import STRUCK, UNREAD, raised

_SOFT_HYPHEN = "\u00ad"
_SHOWING = re.compile(
    r"\s*(=|(EQ|SYMBOL|QUOTE|REF|IF|DOCPROPERTY|DOCVARIABLE|MERGEFIELD|SEQ|LINK|EMBED|INCLUDETEXT"
    r"|INCLUDEPICTURE|DDE|DDEAUTO|DATE|TIME|SAVEDATE|FILLIN|NUMPAGES|NUMWORDS|NUMCHARS)\b)",
    re.I,
)
"""Fields that print something; where no result is stored, it can't be read."""
_ANEW = re.compile(r"\s*(=|(IF|REF|DATE|TIME|SAVEDATE|FILLIN|NUMPAGES|NUMWORDS|NUMCHARS)\b)", re.I)
"""Of these LibreOffice writes results of its own: today's date, 0 for a sum it can't find."""


@dataclass(slots=True)
class _Field:
    """``start``: parts before its result. ``stale``: to be computed anew when it is opened.
    ``locked``: never."""

    stale: bool
    locked: bool
    in_code: bool = True
    code: str = ""
    start: int = 0


@dataclass(slots=True)
class Text:
    """``parts``: what is shown; ``_coded``: text inside the codes of fields. ``converted``: another
    program wrote the results."""

    converted: bool = False
    parts: list[str] = field(default_factory=list)
    _coded: list[str] = field(default_factory=list)
    _fields: list[_Field] = field(default_factory=list)

    def add(self, text: str, *, is_raised: bool = False) -> None:
        """``is_raised``: it stands above (or below) the line."""
        if is_raised:
            text = raised(text, after_digit=self.ends_with_digit)
        (self._coded if self._in_code else self.parts).append(text)

    @property
    def ends_with_digit(self) -> bool:
        return next((p[-1] for p in reversed(self.parts) if p.strip(STRUCK)), "").isdigit()

    @property
    def shown(self) -> str:
        # A field whose code never ends is damaged: what looked like its code is shown.
        parts = [*self.parts, *self._coded] if self._in_code else self.parts
        return "".join(parts).replace(_SOFT_HYPHEN, "")

    @property
    def _in_code(self) -> bool:
        return any(one.in_code for one in self._fields)

    def code(self, text: str) -> None:
        """A piece of a field's code."""
        if self._fields and self._fields[-1].in_code:
            self._fields[-1].code += text

    def begin(self, *, stale: bool, locked: bool) -> None:
        self._fields.append(_Field(stale, locked))

    def separate(self) -> None:
        if self._fields:
            self._fields[-1].in_code = False
            self._fields[-1].start = len(self.parts)
            self._settle()

    def end(self) -> None:
        """Of the innermost field."""
        if not self._fields:
            return
        ended = self._fields.pop()
        self._settle()
        if self._in_code or not _SHOWING.match(ended.code):
            return
        stale = ended.stale or (self.converted and _ANEW.match(ended.code))
        if stale and not ended.locked and not ended.in_code:
            del self.parts[ended.start :]
        if ended.in_code or not "".join(self.parts[ended.start :]).strip():
            self.parts.append(UNREAD)

    def _settle(self) -> None:
        """Outside all codes: what was set aside was code indeed."""
        if not self._in_code:
            self._coded.clear()
