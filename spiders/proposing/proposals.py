"""What a portal says of its own bodies → rows proposed for the registry, with their evidence. Pure.

Nothing is invented: every row was printed on the portal, in a list of bodies and not among links to
other sites. What stands there but is not certain is told apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from spiders.names import plain
from spiders.proposing.bodies import Body, Place, body_of, is_elsewhere, words_of
from spiders.proposing.body_words import NOT_A_BODY, OTHERS_HEADING, OWN_HEADING, SUPERIOR_HEADING
from spiders.proposing.mentions import Group, Mention
from spiders.proposing.places import Owner
from storage.domain import Agency, Portal
from storage.vocab import AgencyKind, Level

CERTAIN = 0.75
"""From this on a row goes into agencies.csv; below, into the list of doubtful ones."""
DOUBTFUL = 0.4
_MAX_EVIDENCE = 3
_SEVERAL = 2
_COUNTY = re.compile(r"([\u4e00-\u9fff]{1,6}[县区旗])(?:人民政府|政府)?")
_AREA = re.compile(
    r"开发区|园区|高新区|新区|景区|社区|专区|市区|城区|县区|示范区|地区|县市区|[各全本]"
)
_LOCAL = (AgencyKind.TOWNSHIP, AgencyKind.SUBDISTRICT)


@dataclass(frozen=True, slots=True)
class Evidence:
    """``page`` names the body as ``text``, under ``heading``, with a link to ``url``."""

    page: str
    text: str
    url: str | None
    heading: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row for the registry. ``confidence`` 0–1; ``doubt``: Chinese, why it is not certain."""

    agency: Agency
    confidence: float
    evidence: tuple[Evidence, ...]
    doubt: str | None = None

    @property
    def certain(self) -> bool:
        return self.doubt is None and self.confidence >= CERTAIN


@dataclass(frozen=True, slots=True)
class Proposed:
    """``proposals`` by kind and name; ``notes``: Chinese, what was not certain of the portal."""

    portal: Portal
    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    body: Body
    score: float = 0.0
    evidence: list[Evidence] = field(default_factory=list)


def propose(home: str, owner: Owner, pages: Iterable[Iterable[Group]]) -> Proposed:
    """Rows for the portal whose home page is ``home``, from the groups of all of its pages."""
    portal = Portal(portal_id(home), home, name=owner.name)
    pages = [list(groups) for groups in pages]
    owner = _with_level(owner, [g for groups in pages for g in groups])
    notes = (owner.doubt,) if owner.doubt else ()
    if owner.place is None:
        return Proposed(portal, (), notes)
    if owner.body is not None:
        # A department's own site: its 机构设置 lists its sections, which are no bodies.
        return Proposed(portal, (_alone(owner, owner.body, portal),), notes)
    found: dict[str, _Found] = {}
    for groups in pages:
        for group in groups:
            _take(found, group, owner.place, home)
    government = _government(owner, portal)
    rows = [government]
    for known in found.values():
        if known.body.kind is not AgencyKind.GOVERNMENT and known.score >= DOUBTFUL:
            rows.append(_row(known, owner, portal, government.agency.id))
    hosts = sorted({h for r in rows if r.certain for h in _family_hosts(r, home)})
    order = list(AgencyKind)
    rows.sort(key=lambda r: (order.index(r.agency.kind), -r.confidence, r.agency.name))
    made = Portal(portal.id, portal.url, name=portal.name, hosts=tuple(hosts))
    return Proposed(made, tuple(rows), notes)


def _with_level(owner: Owner, groups: list[Group]) -> Owner:
    """某市 without a code: a city links the governments of its counties, a county's city its towns."""
    place = owner.place
    if place is None or owner.level_doubt is None:
        return owner
    words = {words_of(m.text) for g in groups for m in g.mentions}
    counties = {m[1] for w in words if (m := _COUNTY.fullmatch(w)) and not _AREA.search(m[1])}
    towns = {
        body.name
        for w in words
        if (body := body_of(w, place)) and body.kind in _LOCAL and not _AREA.search(w)
    }
    if len(counties) >= _SEVERAL and len(counties) > len(towns):
        return replace(owner, place=replace(place, level=Level.CITY), level_doubt=None)
    if len(towns) >= _SEVERAL and not counties:
        return replace(owner, level_doubt=None)
    return replace(owner, doubt=owner.doubt or owner.level_doubt)


def portal_id(home: str) -> str:
    """``p-`` and the host, with its port where it has one of its own."""
    parts = urlsplit(home)
    host = (parts.hostname or "").removeprefix("www.")
    port = f"-{parts.port}" if parts.port not in (None, 80, 443) else ""
    return "p-" + re.sub(r"[^A-Za-z0-9.-]", "-", host + port)[:70]


def agency_id(place: Place, name: str, portal: str) -> str:
    """Stable as long as the name is: the division, or the portal, and a digest of the name."""
    return f"{place.division or portal}-{hashlib.sha256(plain(name).encode()).hexdigest()[:8]}"


# --- lists --------------------------------------------------------------------


def _take(found: dict[str, _Found], group: Group, place: Place, home: str) -> None:
    named = [(m, body_of(m.text, place)) for m in group.mentions]
    bodies = [(m, b) for m, b in named if b is not None]
    if not bodies:
        return
    heading = _heading(group, place)
    if heading is False:
        return
    texts = {m.text for m in group.mentions}
    others = sum(
        is_elsewhere(m.text, place) or bool(NOT_A_BODY.search(m.text)) for m in group.mentions
    )
    distinct = len({b.name for _, b in bodies})
    together = distinct >= 4 and distinct * 2 >= len(texts)
    mixed = others > distinct
    for mention, body in bodies:
        score = body.sure + (0.35 if heading else 0.0) + (0.2 if together else 0.0)
        score += 0.1 if body.named else 0.0
        score += _by_address(mention, body, home)
        score -= 0.35 if mixed else 0.0
        known = found.setdefault(plain(body.name), _Found(body))
        if body.alias is None and known.body.alias is not None:
            known.body = body
        known.score = max(known.score, min(score, 0.99))
        evidence = Evidence(group.page, mention.text, mention.url, heading or None)
        if len(known.evidence) < _MAX_EVIDENCE and evidence not in known.evidence:
            known.evidence.append(evidence)


def _heading(group: Group, place: Place) -> str | bool | None:
    """The heading that says that a group lists own bodies; False where one says the contrary."""
    for heading in group.headings:
        words = re.sub(r"\s", "", heading)
        above = (p for level, p in SUPERIOR_HEADING.items() if _lies_below(place, level))
        if OTHERS_HEADING.search(words) or any(p.search(words) for p in above):
            return False
        if OWN_HEADING.search(words):
            return heading
    return None


def _lies_below(place: Place, level: str) -> bool:
    """Whether 省… or 市… means a place above this one."""
    if level == "省":
        return place.level is not Level.PROVINCE
    return place.level is Level.COUNTY and place.word != "市"


def _by_address(mention: Mention, body: Body, home: str) -> float:
    """Own bodies stand on the portal or on a host of its family; verticals on their ministry's."""
    if mention.url is None:
        return 0.05
    if _is_family(mention.url, home):
        return 0.1
    return 0.0 if body.kind is AgencyKind.VERTICAL or body.named else -0.2


def _is_family(url: str, home: str) -> bool:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    own = (urlsplit(home).hostname or "").removeprefix("www.")
    return host == own or (not own.replace(".", "").isdigit() and host.endswith("." + own))


def _family_hosts(row: Proposal, home: str) -> set[str]:
    own = (urlsplit(home).hostname or "").removeprefix("www.")
    hosts = {
        urlsplit(e.url).hostname or "" for e in row.evidence if e.url and _is_family(e.url, home)
    }
    return {h for h in hosts if h.removeprefix("www.") != own}


# --- rows ---------------------------------------------------------------------


def _government(owner: Owner, portal: Portal) -> Proposal:
    place = owner.place
    assert place is not None
    agency = Agency(
        agency_id(place, place.government, portal.id),
        place.government,
        AgencyKind.GOVERNMENT,
        place.level,
        division=place.division,
        portal=portal.id,
    )
    evidence = (Evidence(portal.url, owner.name or place.government, portal.url, None),)
    return Proposal(agency, 0.6 if owner.doubt else 0.95, evidence, owner.doubt)


def _alone(owner: Owner, body: Body, portal: Portal) -> Proposal:
    place = owner.place
    assert place is not None
    agency = Agency(
        agency_id(place, body.name, portal.id),
        body.name,
        body.kind,
        place.level,
        division=place.division,
        portal=portal.id,
    )
    evidence = (Evidence(portal.url, body.name, portal.url, None),)
    return Proposal(agency, 0.6 if owner.doubt else 0.85, evidence, owner.doubt)


def _row(known: _Found, owner: Owner, portal: Portal, parent: str) -> Proposal:
    place, body = owner.place, known.body
    assert place is not None
    local = body.kind in _LOCAL
    agency = Agency(
        agency_id(place, body.name, portal.id),
        body.name,
        body.kind,
        Level.TOWNSHIP if local else place.level,
        division=place.division,
        parent=parent,
        portal=portal.id,
        aliases=(f"{place.name}{body.alias}",) if body.alias else (),
    )
    doubt = owner.doubt or (None if known.score >= CERTAIN else "依据不足，请核对后再用")
    return Proposal(agency, round(known.score, 2), tuple(known.evidence), doubt)
