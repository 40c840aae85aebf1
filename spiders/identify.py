"""Whose name a text carries: names as printed → bodies of the registry.

Portals write names short (教育局, 县政府办), long (焦作市温县教育局) and old (the name before a
reform). A name is matched whole: 温县人民政府 is not found in 温县人民政府办公室, nor 淮安市 in
淮安区. Where a text fits several bodies nothing is matched: unknown is better than wrong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from spiders.names import Name, forms, plain, region_of, region_parts, without_regions
from storage.domain import Agency
from storage.vocab import AgencyKind

_AFTER = re.compile(
    # What may follow a whole name. 办公室, 中心 or 局 after it make another body's name.
    r"$|[^\w]|[\d_〇零一二三四五六七八九]|年|关于|政府信息|信息公开|政务公开|公开|主动|依申请"
    r"|工作|本级|机关(?=$|\d|年|本级|政府|信息)|的|是|发布|系统"
)
_BEFORE_BARE = re.compile(r"(?:^|[^\w]|[\d_]|年|年度|关于|发布|本级)$")
_PART_OF = re.compile(
    # In prose anything may follow a name, except what makes it the name of a part of the body.
    r"[\w]{0,6}?(?:中心|分局|办公室|办公厅|大队|支队|总队|学校|医院|服务所|公司|协会|党组|党委)"
)
_QUOTES = "《》“”\"'【】[]()（）:：,，。、"
_MAX_NAME = 40


class Directory:
    """The names of some bodies, ready to be found in texts."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.by_id = {a.id: a for a in agencies}
        self._names: dict[str, set[Name]] = defaultdict(set)
        self._offices: dict[str, set[str]] = defaultdict(set)
        for agency in self.by_id.values():
            if agency.kind is AgencyKind.OFFICE and agency.parent:
                self._offices[agency.parent].add(agency.id)
            for text, name in forms(agency, self._parent(agency)):
                if len(text) >= 2:
                    self._names[plain(text)].add(name)

    # --- names in texts ---------------------------------------------------------

    def match(self, text: str) -> str | None:
        """Id of the body whose whole name the text carries; None where none or several fit."""
        words = plain(text).strip(_QUOTES)
        if exact := self._names.get(words):
            return self._one(exact, words)
        hits = list(self._hits(words))
        # 温县 stands in most names of its bodies: it means the government only when alone.
        hits = [h for h in hits if not h[1].region] or hits
        if not hits:
            return None
        longest = max(len(found) for found, _ in hits)
        return self._one({name for found, name in hits if len(found) == longest}, words)

    def exact(self, text: str) -> str | None:
        """Id of the body whose name is the whole text."""
        names = self._names.get(plain(text))
        return self._one(names, plain(text)) if names else None

    def mentions(self, agency: str, text: str) -> bool:
        """Whether any form of the body's name, also without region, stands in the text."""
        words = plain(text)
        known = self.by_id.get(agency)
        return known is not None and any(
            plain(form) in words
            for form, name in forms(known, self._parent(known))
            if len(form) >= 3 and (not name.region or known.kind is AgencyKind.TOWNSHIP)
        )

    def full_names_in(self, text: str) -> set[str]:
        """Bodies whose full names stand in a longer text."""
        words = plain(text)
        return {
            name.agency
            for _, end, names in self._found(words)
            if not _PART_OF.match(words[end:])
            for name in names
            if not name.bare and not name.region
        }

    # --- bodies -----------------------------------------------------------------

    def superiors(self, agency: str) -> set[str]:
        """The body and the governments above it, with their offices."""
        line: set[str] = set()
        step = self.by_id.get(agency)
        while step and step.id not in line:
            line.add(step.id)
            step = self._parent(step)
        return line.union(*(self._offices.get(a, ()) for a in line))

    def region(self, agency: str) -> str:
        """The region that a body's name begins with, e.g. 焦作市温县; empty where unknown."""
        known = self.by_id.get(agency)
        return plain(region_of(known, self._parent(known))) if known else ""

    def related(self, one: str, other: str) -> bool:
        """Bodies that sign for each other: the same, a government and its office, renamed ones."""
        if one == other:
            return True
        a, b = self.by_id.get(one), self.by_id.get(other)
        if a is None or b is None:
            return False
        if {a.kind, b.kind} == {AgencyKind.GOVERNMENT, AgencyKind.OFFICE}:
            office, government = (a, b) if a.kind is AgencyKind.OFFICE else (b, a)
            return office.parent == government.id
        return b.id in self._predecessors(a) or a.id in self._predecessors(b)

    def holder(self, agency: str, year: int | None) -> str:
        """The body that answers for ``year``: a successor where the named one had ceased to be."""
        current = self.by_id.get(agency)
        seen = {agency}
        while current and year and current.valid_to and current.valid_to < date(year, 12, 31):
            heirs = [
                a for a in self.by_id.values() if a.predecessor == current.id and a.id not in seen
            ]
            if len(heirs) != 1:
                break
            current = heirs[0]
            seen.add(current.id)
        return current.id if current else agency

    # --- inside -----------------------------------------------------------------

    def _parent(self, agency: Agency) -> Agency | None:
        return self.by_id.get(agency.parent or "")

    def _predecessors(self, agency: Agency) -> set[str]:
        line: set[str] = set()
        step: Agency | None = agency
        while step and step.predecessor and step.predecessor not in line:
            line.add(step.predecessor)
            step = self.by_id.get(step.predecessor)
        return line

    def _found(self, words: str) -> Iterator[tuple[int, int, set[Name]]]:
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + _MAX_NAME) + 1):
                if names := self._names.get(words[start:end]):
                    yield start, end, names

    def _hits(self, words: str) -> Iterator[tuple[str, Name]]:
        """Names that stand whole in a title or another short text."""
        for start, end, names in self._found(words):
            if not _AFTER.match(words[end:]):
                continue
            before = words[:start]
            first = bool(_BEFORE_BARE.search(before))
            alone = not without_regions(before) or first
            for name in names:
                if (first or not name.bare) and (alone or not name.region):
                    yield words[start:end], name

    def _one(self, names: set[Name], words: str) -> str | None:
        ids = {n.agency for n in names if not n.bare and not n.region} or {n.agency for n in names}
        if len(ids) > 1:
            # Same name in several regions: the text may name the region as well.
            bare = all(n.bare for n in names)
            named = {i for i in ids if self._region_named(self.by_id[i], words, own=bare)}
            ids = named or ids
        return ids.pop() if len(ids) == 1 else None

    def _region_named(self, agency: Agency, words: str, *, own: bool) -> bool:
        parts = region_parts(self.region(agency.id))
        if own:
            return bool(parts) and parts[-1] in words
        above = parts[:-1]
        parent = self._parent(agency)
        seen = {agency.id}
        while parent and parent.id not in seen:
            seen.add(parent.id)
            above.extend(region_parts(self.region(parent.id)))
            parent = self._parent(parent)
        return any(r in words for r in above if r not in plain(agency.name))


@lru_cache(maxsize=8)
def directory_of(agencies: tuple[Agency, ...]) -> Directory:
    """The directory of these bodies; made once for all that ask."""
    return Directory(agencies)


def match_agency(text: str, agencies: Sequence[Agency]) -> str | None:
    """Id of the one body among ``agencies`` that ``text`` names; None where none or several fit."""
    return directory_of(tuple(agencies)).match(text)
