"""The forms in which portals write a body's name: full, without region, short, old words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from spiders.short_names import OFFICE_FORMS, SHORT_FORMS, SYSTEM_PREFIXES
from storage.domain import Agency
from storage.vocab import AgencyKind, Level

GOVERNMENT = re.compile(r"^(?P<region>.+?)(?:人民)?政府$")
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_REGION_PART = re.compile(
    # 新乡市, 广州市, 通州区: a suffix inside a name is followed by the real one (市北区 begins with it).
    r".+?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|街道"
    r"|[省市县区旗盟州镇乡](?!省|县|区|旗|盟|州|镇|乡|市(?![北中南]区)))"
)
_REGION_HEAD = re.compile(r"^(.+?(?:省|市|自治区|自治州|地区|盟|县|区|旗))(?=.{3,}$)")
_OFFICE = re.compile(r"^(?P<region>.*?)(?:人民)?政府(?:办公室|办公厅|办)$")
_STREET = re.compile(r"^(?P<region>.+?街道)(?:办事处)?$")
_GOVERNING = frozenset({AgencyKind.GOVERNMENT, AgencyKind.TOWNSHIP})
_LEVEL_WORDS = {
    Level.PROVINCE: "省",
    Level.CITY: "市",
    Level.COUNTY: "县区",
    Level.TOWNSHIP: "镇乡",
}


def plain(text: str) -> str:
    """NFKC without white space; 和/与 between words of a name carry no meaning and are dropped."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).replace("和", "").replace("与", "")


def region_parts(region: str) -> list[str]:
    """``焦作市温县`` → ``["焦作市", "温县"]``."""
    return _REGION_PART.findall(region)


def without_regions(text: str) -> str:
    """What is left of a text when the regions it names are taken out."""
    return _REGION_PART.sub("", text)


@dataclass(frozen=True, slots=True)
class Name:
    """``bare``: a name without its region (教育局), which only stands at the start of a text.
    ``region``: a region's name that stands for its government (温县2023年…)."""

    agency: str
    bare: bool = False
    region: bool = False


def region_of(agency: Agency, parent: Agency | None) -> str:
    """The region that a name begins with: 焦作市温县 of 焦作市温县教育局; empty where unknown."""
    if agency.kind in _GOVERNING and (m := GOVERNMENT.match(agency.name)):
        return m["region"]
    if agency.kind is AgencyKind.SUBDISTRICT and (m := _STREET.match(agency.name)):
        return m["region"]
    for tail in _tails(_parent_parts(parent)):
        if agency.name.startswith(tail):
            return tail
    m = _REGION_HEAD.match(agency.name)
    return m[1] if m and agency.kind is not AgencyKind.ENTERPRISE else ""


def forms(agency: Agency, parent: Agency | None) -> Iterator[tuple[str, Name]]:
    """Every form of a body's name, as printed."""
    region = region_of(agency, parent)
    parts = region_parts(region) or ([region] if region else [])
    yield from _registered(agency, [*parts, *_parent_parts(parent)], _tails(parts))
    if agency.kind in _GOVERNING and GOVERNMENT.match(agency.name):
        yield from _government(agency, parts)
    elif agency.kind is AgencyKind.SUBDISTRICT and _STREET.match(agency.name) and parts:
        yield from _street(agency, parts)
    else:
        prefixes = _tails(parts) or _tails(_parent_parts(parent))
        yield from _department(agency, agency.name.removeprefix(region), parts, prefixes)


def _registered(agency: Agency, known: list[str], regions: list[str]) -> Iterator[tuple[str, Name]]:
    """The name and aliases of the registry; those without a region are bare."""
    for name in (agency.name, *agency.aliases):
        if name in regions and agency.kind in _GOVERNING:
            continue  # 温县 as alias of its government: a region's name, told below
        system = next((p for p in SYSTEM_PREFIXES if name.startswith(p)), "")
        bare = not system and not any(part in name for part in known)
        yield name, Name(agency.id, bare=bare and _REGION_HEAD.match(name) is None)
        if system and len(name) > len(system) + 2:
            yield name.removeprefix(system), Name(agency.id)


def _government(agency: Agency, parts: list[str]) -> Iterator[tuple[str, Name]]:
    for own in _tails(parts):
        yield f"{own}人民政府", Name(agency.id)
        yield f"{own}政府", Name(agency.id)
        yield own, Name(agency.id, region=True)
    for word in _level_words(agency, parts):
        yield f"{word}人民政府", Name(agency.id, bare=True)
        yield f"{word}政府", Name(agency.id, bare=True)


def _street(agency: Agency, parts: list[str]) -> Iterator[tuple[str, Name]]:
    street = parts[-1]
    for form in (
        street,
        f"{street}办事处",
        f"{street}办",
        street.removesuffix("街道") + "办事处",
    ):
        yield form, Name(agency.id)
        for above in parts[:-1]:
            yield above + form, Name(agency.id)


def _department(
    agency: Agency, body: str, parts: list[str], prefixes: list[str]
) -> Iterator[tuple[str, Name]]:
    office = agency.kind is AgencyKind.OFFICE and _OFFICE.match(agency.name)
    shorter = OFFICE_FORMS if office else _SHORTER.get(plain(body), ())
    for form in dict.fromkeys([body, *shorter]):
        for prefix in prefixes:
            yield prefix + form, Name(agency.id)
            if prefix[-1:] in "市县区旗" and len(prefix) > 2:
                yield prefix[:-1] + form, Name(agency.id)
        yield form, Name(agency.id, bare=True)
        for word in _level_words(agency, parts):
            yield word + form, Name(agency.id, bare=True)


def _level_words(agency: Agency, parts: list[str]) -> str:
    """市 of 市教育局: the last character of the region, where it is known."""
    if parts and parts[-1][-1] in "省市县区旗镇乡":
        return parts[-1][-1]
    return _LEVEL_WORDS.get(agency.level, "")


def _parent_parts(parent: Agency | None) -> list[str]:
    m = GOVERNMENT.match(parent.name) if parent else None
    return region_parts(m["region"]) if m else []


def _tails(parts: list[str]) -> list[str]:
    """焦作市温县, 温县."""
    return ["".join(parts[i:]) for i in range(len(parts))]


_SHORTER = {plain(name): short for name, short in SHORT_FORMS.items()}
