"""The simulated portals of these tests as one list, each with what a reader would find there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.spiders import (
    test_crawl_attribution,
    test_crawl_outcomes,
    test_lists_a_portals,
    test_lists_b_portals,
    test_lists_more,
    test_portal_designs,
    test_portal_oddities,
    test_shells,
    varied_eight,
    varied_five,
    varied_four,
    varied_one,
    varied_seven,
    varied_six,
    varied_three,
    varied_two,
)
from tests.spiders.served import Route, agency
from tests.spiders.varied_one import Varied

LIST, TRAP, OBSTACLE = "lists", "traps", "obstacles"
VARIED_ONE, VARIED_TWO = "varied 1", "varied 2"
VARIED_THREE, VARIED_FOUR, VARIED_FIVE = "varied 3", "varied 4", "varied 5"
VARIED_SIX, VARIED_SEVEN, VARIED_EIGHT = "varied 6", "varied 7", "varied 8"
_RENAMED = {"matrix": "matrix_by_script"}
"""Designs of a series that bear the name of another portal."""
"""``obstacles``: something there can't be read by an honest crawler, so recall must fall short;
what counts is that nobody is said to be missing for it."""


@dataclass(frozen=True)
class Case:
    """A portal; ``there``: (body, year) of every report it publishes of the bodies asked for."""

    name: str
    group: str
    routes: dict[str, Route]
    bodies: tuple[dict[str, str], ...]
    there: frozenset[tuple[str, int]]
    disputed: frozenset[tuple[str, int]] = frozenset()
    """published, but with the text of another body or year: what that is, the monitor decides"""


def cases() -> list[Case]:
    return [
        *_designs(),
        *_oddities(),
        *_lists_a(),
        *_lists_b(),
        *_lists_more(),
        *_traps(),
        *_outcomes(),
    ]


def varied() -> list[Case]:
    return [
        *_varied(VARIED_ONE, varied_one.SERIES, "柘椤榛槠楷"),
        *_varied(VARIED_TWO, varied_two.SERIES, "樵椒檗榔枸"),
        *_varied(VARIED_THREE, varied_three.SERIES, "栾棕栲枳柞"),
        *_varied(VARIED_FOUR, varied_four.SERIES, "樗桕楮椆楹"),
        *_varied(VARIED_FIVE, varied_five.SERIES, "杪枵柢栝桁棂榘樾檀"),
        *_varied(VARIED_SIX, varied_six.SERIES, "桫椤槭榉"),
        *_varied(VARIED_SEVEN, varied_seven.SERIES, "枞柽栎桠椴楸楝樟"),
        *_varied(VARIED_EIGHT, varied_eight.SERIES, "榄棣桉梾槿椹楂桷栌"),
    ]


def _one(name: str, group: str, routes: dict[str, Route], body: str, years: Iterable[int]) -> Case:
    rows = (agency(f"{name}-edu", body, name),)
    return Case(name, group, routes, rows, frozenset((f"{name}-edu", y) for y in years))


def _designs() -> Iterable[Case]:
    module = test_portal_designs
    for design in module.DESIGNS:
        name = design.__name__
        place = module.PLACES[name]
        yield _one(name, LIST, design(place), module._name(place), module.YEARS)


def _oddities() -> Iterable[Case]:
    module = test_portal_oddities
    for design in module.DESIGNS:
        name = design.__name__
        place = f"{module.PLACES[name]}县"
        bodies = tuple(
            agency(f"{name}-{code}", place + words, name)
            for code, words in (("edu", module.EDU), ("jus", module.JUS))
        )
        there = frozenset((f"{name}-{b}", y) for b, y in module.WANTED)
        yield Case(name, TRAP, design(place), bodies, there)


def _lists_a() -> Iterable[Case]:
    module = test_lists_a_portals
    for design in (*module.WHOLE, *module.PARTIAL):
        name = design.__name__
        place = module.PLACES[name]
        group = LIST if design in module.WHOLE else OBSTACLE
        years = () if design is module.jpage_empty else module.YEARS
        yield _one(name, group, design(place), module.name_of(place), years)
    place = module.PLACES["report_jsp"]
    bodies = (
        agency("report_jsp-edu", module.name_of(place), "report_jsp"),
        agency("report_jsp-wat", f"{place}县水务局", "report_jsp"),
    )
    there = frozenset(
        {("report_jsp-edu", 2023), ("report_jsp-edu", 2022), ("report_jsp-wat", 2023)}
    )
    yield Case("report_jsp", LIST, module.report_jsp(place), bodies, there)


def _lists_b() -> Iterable[Case]:
    module = test_lists_b_portals
    for name, design in module.PLANS.items():
        group = LIST if design.reason is None else OBSTACLE
        years = module.YEARS if group == OBSTACLE and name != "ucap_empty" else design.years
        body = module._name(module.PLACES[name])
        # Everything but files is served whatever its query, as these portals do.
        open_ = {f"{p}*": r for p, r in design.routes.items() if not p.endswith(".htm")}
        yield _one(name, group, design.routes | open_, body, years)


def _lists_more() -> Iterable[Case]:
    module = test_lists_more
    for design in (*module.WHOLE, *module.PARTIAL):
        name = design.__name__
        place = module.PLACES[name]
        group = LIST if design in module.WHOLE else OBSTACLE
        yield _one(
            name,
            group,
            design(place),
            test_lists_a_portals.name_of(place),
            test_lists_a_portals.YEARS,
        )


def _traps() -> Iterable[Case]:
    """One portal of misleading lines, one whose reports all stand elsewhere."""
    rows = tuple(
        row | {"portal": "attribution"}
        for row in test_crawl_attribution.BODIES
        if row["portal"] == "p-county"
    )
    bodies = ["gov", "office", "edu", "drc", "fin", "wat", "aud", "sta", "jus", "hea", "qiaotou"]
    there = frozenset((b, 2023) for b in bodies)
    yield Case(
        "attribution",
        TRAP,
        test_crawl_attribution.COUNTY,
        _named("attribution", rows),
        _pairs("attribution", there),
        _pairs("attribution", {("fin", 2023), ("wat", 2023)}),
    )
    shells = test_shells
    rows = tuple(agency(key, shells.full(key), "shells") for key in shells.NAMES)
    there = frozenset((key, shells.YEAR) for key in shells.NAMES if key not in shells.UNREAD)
    yield Case("shells", TRAP, shells.build(), _named("shells", rows), _pairs("shells", there))


def _named(name: str, rows: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """With ids of their own; parents that are no bodies here are left out."""
    given = list(rows)
    known = {row["id"] for row in given}
    return tuple(
        row
        | {"id": f"{name}-{row['id']}"}
        | {"parent": f"{name}-{row['parent']}" if row["parent"] in known else ""}
        for row in given
    )


def _pairs(name: str, pairs: Iterable[tuple[str, int]]) -> frozenset[tuple[str, int]]:
    return frozenset((f"{name}-{b}", y) for b, y in pairs)


_WALLED = (
    "wall", "waf200", "captcha", "wall_on_page_2", "page_2_is_404", "page_2_repeats",
    "page_2_is_soft_404", "page_2_is_a_stub", "total_not_reached", "next_by_script", "by_script",
    "column_is_home", "redirect_loop", "dead_link", "broken_server", "robots_column", "login",
    "foreign_403",
)  # fmt: skip


def _outcomes() -> Iterable[Case]:
    module = test_crawl_outcomes
    for name in _WALLED:
        routes = module.PORTALS[name]
        years = (2023, 2022, 2021) if "page_2" in name else (2023,)
        yield _one(name, OBSTACLE, routes, module.EDU, years)


def _varied(group: str, series: Iterable[Callable[[str], Varied]], places: str) -> Iterable[Case]:
    for make, place in zip(series, places, strict=True):
        name = _RENAMED.get(make.__name__, make.__name__)
        made = make(place)
        rows = tuple(
            agency(f"{name}-{code}", words, name, kind=_kind(words))
            for code, words in made.bodies.items()
        )
        yield Case(name, group, made.routes, rows, _pairs(name, made.there))


def _kind(name: str) -> str:
    if name.endswith(("镇人民政府", "乡人民政府", "街道办事处")):
        return "township"
    return "government" if name.endswith("人民政府") else "department"
