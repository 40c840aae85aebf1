"""Whose name a text carries: names as printed → bodies of the registry.

Portals write names short (教育局, 县政府办), long (焦作市温县教育局) and old (the name before a
reform). A name is matched whole: 温县人民政府 is not found in 温县人民政府办公室, nor 淮安市 in
淮安区. Where a text fits several bodies nothing is matched: unknown is better than wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from spiders.short_names import OFFICE_FORMS, SHORT_FORMS, SYSTEM_PREFIXES
from storage.domain import Agency
from storage.vocab import AgencyKind, Level

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_REGION_PART = re.compile(
    # 新乡市, 广州市, 通州区: a suffix inside a name is followed by the real one (市北区 begins with it).
    r".+?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|街道"
    r"|[省市县区旗盟州镇乡](?!省|县|区|旗|盟|州|镇|乡|市(?![北中南]区)))"
)
_AFTER = re.compile(
    # What may follow a whole name. 办公室, 中心 or 局 after it make another body's name.
    r"$|[^\w]|[\d_〇零一二三四五六七八九]|年|关于|政府信息|信息公开|政务公开|公开|主动|依申请"
    r"|工作|本级|机关(?=$|\d|年|本级|政府|信息)|的|是|发布|系统"
)
_BEFORE_BARE = re.compile(r"(?:^|[^\w]|[\d_]|年|年度|关于|发布|本级)$")
_LEVEL_WORDS = {
    Level.PROVINCE: "省",
    Level.CITY: "市",
    Level.COUNTY: "县区",
    Level.TOWNSHIP: "镇乡",
}
_GOVERNMENT = re.compile(r"^(?P<region>.+?)(?:人民)?政府$")
_OFFICE = re.compile(r"^(?P<region>.*?)(?:人民)?政府(?:办公室|办公厅|办)$")
_STREET = re.compile(r"^(?P<region>.+?街道)(?:办事处)?$")
_GOVERNING = frozenset({AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP})
_PART_OF = re.compile(
    # In prose anything may follow a name, except what makes it the name of a part of the body.
    r"[\w]{0,6}?(?:中心|分局|办公室|办公厅|大队|支队|总队|学校|医院|服务所|公司|协会|党组|党委)"
)
_MAX_NAME = 40


def plain(text: str) -> str:
    """NFKC without white space; 和/与 between words of a name carry no meaning and are dropped."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).replace("和", "").replace("与", "")


def region_parts(region: str) -> list[str]:
    """``焦作市温县`` → ``["焦作市", "温县"]``."""
    return _REGION_PART.findall(region)


@dataclass(frozen=True, slots=True)
class _Name:
    """``bare``: a name without its region (教育局), which only stands at the start of a text.
    ``region``: a region's name that stands for its government (温县2023年…)."""

    agency: str
    bare: bool = False
    region: bool = False


class Directory:
    """The names of some bodies, ready to be found in texts."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.by_id = {a.id: a for a in agencies}
        self._names: dict[str, set[_Name]] = defaultdict(set)
        self._regions = {a.id: self._region(a) for a in self.by_id.values()}
        for agency in self.by_id.values():
            for text, name in self._variants(agency):
                if len(text) >= 2:
                    self._names[plain(text)].add(name)

    def match(self, text: str) -> str | None:
        """Id of the body whose whole name the text carries; None where none or several fit."""
        words = plain(text).strip("《》“”\"'【】[]()（）:：,，。、")
        if not words:
            return None
        exact = self._names.get(words)
        if exact:
            return self._one(exact, words)
        hits = list(self._hits(words))
        if not hits:
            return None
        longest = max(len(found) for found, _ in hits)
        names = {name for found, name in hits if len(found) == longest}
        return self._one(names, words)

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
            for form, name in self._variants(known)
            if len(form) >= 3 and (not name.region or known.kind is AgencyKind.TOWNSHIP)
        )

    def full_names_in(self, text: str) -> set[str]:
        """Bodies whose full names stand in a longer text."""
        words = plain(text)
        return {
            name.agency
            for start, end, name in self._everywhere(words)
            if not name.bare and not name.region and not _PART_OF.match(words[end:])
        }

    def superiors(self, agency: str) -> set[str]:
        """The body and the governments above it, with their offices."""
        line: set[str] = set()
        step = self.by_id.get(agency)
        while step and step.id not in line:
            line.add(step.id)
            step = self.by_id.get(step.parent or "")
        offices = {
            a.id for a in self.by_id.values() if a.kind is AgencyKind.OFFICE and a.parent in line
        }
        return line | offices

    def region(self, agency: str) -> str:
        """The region that a body's name begins with, e.g. 焦作市温县; empty where unknown."""
        return plain(self._regions.get(agency, ""))

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
        return b.id in self._line(a) or a.id in self._line(b)

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

    # --- inside ---------------------------------------------------------------

    def _line(self, agency: Agency) -> set[str]:
        line: set[str] = set()
        step: Agency | None = agency
        while step and step.predecessor and step.predecessor not in line:
            line.add(step.predecessor)
            step = self.by_id.get(step.predecessor)
        return line

    def _everywhere(self, words: str) -> Iterator[tuple[int, int, _Name]]:
        for start in range(len(words)):
            for end in range(start + 2, min(len(words), start + _MAX_NAME) + 1):
                for name in self._names.get(words[start:end], ()):
                    yield start, end, name

    def _hits(self, words: str) -> Iterator[tuple[str, _Name]]:
        """Names that stand whole in a title or another short text."""
        for start, end, name in self._everywhere(words):
            before = words[:start]
            if not _AFTER.match(words[end:]):
                continue
            if name.bare and not _BEFORE_BARE.search(before):
                continue
            if name.region and not self._stands_alone(before):
                continue
            yield words[start:end], name

    def _stands_alone(self, before: str) -> bool:
        """Before a region's name only larger regions may stand."""
        rest = _REGION_PART.sub("", before)
        return not rest or bool(_BEFORE_BARE.search(rest))

    def _one(self, names: set[_Name], words: str) -> str | None:
        ids = {n.agency for n in names if not n.bare and not n.region} or {n.agency for n in names}
        if len(ids) > 1:
            # Same name in several regions: the text may name the region as well.
            bare = all(n.bare for n in names)
            named = {i for i in ids if self._region_named(self.by_id[i], words, own=bare)}
            ids = named or ids
        return ids.pop() if len(ids) == 1 else None

    def _region_named(self, agency: Agency, words: str, *, own: bool) -> bool:
        parts = region_parts(self._regions[agency.id])
        if own:
            return bool(parts) and plain(parts[-1]) in words
        above = parts[:-1]
        parent = self.by_id.get(agency.parent or "")
        seen = {agency.id}
        while parent and parent.id not in seen:
            seen.add(parent.id)
            above.extend(region_parts(self._regions.get(parent.id, "")))
            parent = self.by_id.get(parent.parent or "")
        return any(plain(r) in words for r in above if r not in agency.name)

    def _region(self, agency: Agency) -> str:
        """The region that a name begins with: 焦作市温县 of 焦作市温县教育局."""
        if agency.kind in _GOVERNING and (m := _GOVERNMENT.match(agency.name)):
            return m["region"]
        if agency.kind is AgencyKind.SUBDISTRICT and (m := _STREET.match(agency.name)):
            return m["region"]
        parent = self.by_id.get(agency.parent or "")
        if parent and (m := _GOVERNMENT.match(parent.name)):
            region = m["region"]
            for i in range(len(parts := region_parts(region))):
                if agency.name.startswith(tail := "".join(parts[i:])):
                    return tail
        m = re.match(r"^(.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗))(?=.{3,}$)", agency.name)
        return m[1] if m and agency.kind is not AgencyKind.ENTERPRISE else ""

    def _variants(self, agency: Agency) -> Iterator[tuple[str, _Name]]:
        full, bare, region = (
            _Name(agency.id),
            _Name(agency.id, bare=True),
            _Name(agency.id, region=True),
        )
        own = self._regions[agency.id]
        parts = region_parts(own) or ([own] if own else [])
        for name in (agency.name, *agency.aliases):
            yield name, full
            for prefix in SYSTEM_PREFIXES:
                if name.startswith(prefix) and len(name) > len(prefix) + 2:
                    yield name.removeprefix(prefix), full
        if agency.kind in _GOVERNING and _GOVERNMENT.match(agency.name):
            yield from self._government(agency, parts, full, region, bare)
            return
        if agency.kind is AgencyKind.SUBDISTRICT and (m := _STREET.match(agency.name)):
            street = region_parts(m["region"])[-1]
            for form in (
                street,
                f"{street}办事处",
                f"{street}办",
                street.removesuffix("街道") + "办事处",
            ):
                yield form, full
                for above in parts[:-1]:
                    yield above + form, full
            return
        body = agency.name.removeprefix(own) if own else agency.name
        office = agency.kind is AgencyKind.OFFICE and _OFFICE.match(agency.name)
        forms = list(OFFICE_FORMS) if office else _shorter(body)
        prefixes = ["".join(parts[i:]) for i in range(len(parts))] or self._parent_regions(agency)
        level = self._level_words(agency, parts)
        for form in dict.fromkeys([body, *forms]):
            for prefix in prefixes:
                yield prefix + form, full
                if prefix[-1:] in "市县区旗" and len(prefix) > 2:
                    yield prefix[:-1] + form, full
            yield form, bare
            for word in level:
                yield word + form, bare

    def _parent_regions(self, agency: Agency) -> list[str]:
        parent = self.by_id.get(agency.parent or "")
        m = _GOVERNMENT.match(parent.name) if parent else None
        parts = region_parts(m["region"]) if m else []
        return ["".join(parts[i:]) for i in range(len(parts))]

    @staticmethod
    def _level_words(agency: Agency, parts: list[str]) -> str:
        """市 of 市教育局: the last character of the region, where it is known."""
        if parts and parts[-1][-1] in "省市县区旗镇乡":
            return parts[-1][-1]
        return _LEVEL_WORDS.get(agency.level, "")

    def _government(
        self, agency: Agency, parts: list[str], full: _Name, region: _Name, bare: _Name
    ) -> Iterator[tuple[str, _Name]]:
        for i in range(len(parts)):
            own = "".join(parts[i:])
            yield f"{own}人民政府", full
            yield f"{own}政府", full
            yield own, region
        for word in self._level_words(agency, parts):
            yield f"{word}人民政府", bare
            yield f"{word}政府", bare


def _shorter(body: str) -> list[str]:
    """Usual short forms of a department's name without region."""
    forms = [body]
    for long, shorts in SHORT_FORMS.items():
        if plain(long) == plain(body):
            forms.extend(shorts)
    return forms


@lru_cache(maxsize=8)
def _directory(agencies: tuple[Agency, ...]) -> Directory:
    return Directory(agencies)


def match_agency(text: str, agencies: Sequence[Agency]) -> str | None:
    """Id of the one body among ``agencies`` that ``text`` names; None where none or several fit."""
    return _directory(tuple(agencies)).match(text)
