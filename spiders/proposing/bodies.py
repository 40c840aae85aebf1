"""A printed name → a body of a place: its full official name, its kind, how sure that is. Pure.

民政局, 县民政局, 温县民政局 and 焦作市温县民政局 are 温县民政局 on 温县's portal; 市民政局 and 武陟县民政局
are other places' bodies there. Unknown is not guessed: a name that could be either is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from spiders.names import plain
from spiders.proposing.body_words import (
    COMMITTEE,
    DEPARTMENT_END,
    INNER,
    NO_TOWN,
    NO_TOWN_END,
    NOT_A_BODY,
    OFFICE,
    PARTY,
    STEMS,
    STREET,
    SURE_END,
    TOWNSHIP,
    VERTICAL,
)
from spiders.short_names import SHORT_FORMS
from storage.vocab import AgencyKind, Level

_TRIM = "·•▪■◆>《》【】[]〔〕〈〉|｜-—_:：,，.。、*☆★→»"
_BRACKETS = re.compile(r"[（(【\[][^（）()【】\[\]]*[）)】\]]")
_SITE_WORDS = re.compile(
    r"(?:政府|政务)?(?:门户)?网站?$|官方网站$|官网$|(?:政府)?信息公开(?:专栏|目录|平台|网)?$|子站$|公开专栏$|政务公开$"
)
_NAME = re.compile(r"[\u4e00-\u9fff〇]{2,30}")
_REGION = re.compile(
    r"^[\u4e00-\u9fff]{1,9}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|[省市县区旗盟州])"
)
_COMMON = re.compile(
    # Words that look like a region's name at the head of a body's: 城市管理局, 开发区管委会.
    r"^(?:城市|都市|超市|开发区|高新区|经开区|示范区|园区|工业区|集聚区|产业区|新区|景区|风景区|保税区|林区|矿区|牧区|社区|山区"
    r"|灾区|县区|城区|市区|郊区|[\u4e00-\u9fff]{0,6}(?:开发区|高新区|经开区|示范区|园区|集聚区|风景区|保税区|新区|合作区))"
)
_SUPERIORS = ("国家", "中央", "中国", "全国", "国务院", "中华人民共和国")
_MINISTRY = re.compile(r"(?<!装)(?<!织)(?<!传)(?<!战)(?<!作)部$")
"""民政部, 教育部; 组织部 and the like are the Party's, and of the place itself."""
_SHORT: dict[str, set[str]] = {}
for _full, _shorts in SHORT_FORMS.items():
    for _short in _shorts:
        _SHORT.setdefault(plain(_short), set()).add(_full)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose portal it is: 温县 of 焦作市. ``above``: the regions that it lies in, the highest first;
    ``level`` of its government; ``division`` 6 digits or None."""

    name: str
    level: Level
    above: tuple[str, ...] = ()
    division: str | None = None

    @property
    def word(self) -> str:
        """省, 市, 县, 区 or 旗; for 自治区 and 自治州 the last character."""
        return self.name[-1]

    @property
    def government(self) -> str:
        return f"{self.name}人民政府"


@dataclass(frozen=True, slots=True)
class Body:
    """``sure``: 0–1, by the name alone. ``named``: it was printed with the place's name."""

    name: str
    kind: AgencyKind
    sure: float
    named: bool = False
    alias: str | None = None


def words_of(text: str) -> str:
    """A link's text without decoration, brackets and the word for its site."""
    text = unicodedata.normalize("NFKC", text)
    text = _BRACKETS.sub("", re.sub(r"\s+", "", text)).strip(_TRIM)
    return _SITE_WORDS.sub("", text).strip(_TRIM)


def body_of(text: str, place: Place) -> Body | None:
    """The body of a place that words name; None for anything else, and for other places' bodies."""
    words = words_of(text)
    if not _NAME.fullmatch(words):
        return None
    rest, named = _without_place(words, place)
    if rest is None:
        return None
    if rest in ("人民政府", "政府"):
        return Body(place.government, AgencyKind.GOVERNMENT, 0.6, named) if named else None
    if OFFICE.match(rest):
        hall = "厅" if place.level is Level.PROVINCE or rest.endswith("厅") else "室"
        return Body(f"{place.government}办公{hall}", AgencyKind.OFFICE, 0.55, named)
    if NOT_A_BODY.search(rest) or PARTY.search(rest) or INNER.match(rest):
        return None
    return _town(rest, place, named) or _department(rest, words, place, named)


def regions_of(text: str) -> tuple[str, ...]:
    """The regions with which the name of a department begins: 焦作市, 温县 of 焦作市温县教育局."""
    words = words_of(text).removeprefix("国家税务总局")
    found: list[str] = []
    while (m := _REGION.match(words)) and not _COMMON.match(words) and not _stem(words):
        found.append(m.group())
        words = words[m.end() :]
    return tuple(found) if _stem(words) else ()


def is_elsewhere(text: str, place: Place) -> bool:
    """Whether words name another place, one above, or one of its bodies."""
    words = words_of(text)
    return bool(_NAME.fullmatch(words)) and _without_place(words, place)[0] is None


def _without_place(words: str, place: Place) -> tuple[str | None, bool]:
    """(the name without its region, whether it had one); (None, _) for another place's."""
    if f"国家税务总局{place.name}" in words or words.startswith("国家税务总局"):
        tail = words.removeprefix("国家税务总局")
        return (
            (tail.removeprefix(place.name), True) if tail.startswith(place.name) else (None, False)
        )
    if place.name in words and not words.startswith((place.name, *_chains(place))):
        # 焦作市生态环境局温县分局: kept as printed.
        return (
            (words, True) if words.endswith("局") and _stem(_tail(words, place)) else (None, False)
        )
    for head in (*_chains(place), place.name):
        if words.startswith(head) and len(words) > len(head):
            return words.removeprefix(head), True
    if words.startswith(_SUPERIORS):
        return None, False
    short = place.name[:-1]
    if len(short) >= 2 and words.startswith(short) and _stem(words.removeprefix(short)):
        return words.removeprefix(short), True
    if _stem(words) or OFFICE.match(words):
        return words, False
    own = place.word
    if words[0] == own and (_stem(words[1:]) or OFFICE.match(words[1:]) or SURE_END.search(words)):
        return words[1:], False
    if words[0] in "省市" and words[0] != own and len(words) > 3:
        return None, False  # the place above, whose bodies portals link without its name
    if words[0] in "县区旗" and words[0] != own and _stem(words[1:]):
        return None, False
    if _MINISTRY.search(words):
        return None, False
    region = _REGION.match(words)
    if region and not _COMMON.match(words) and len(words) - region.end() >= 2:
        return None, False
    if words in place.above or (
        region and region.end() == len(words) and words[-1] in "省市县区旗盟州"
    ):
        return None, False
    return words, False


def _chains(place: Place) -> tuple[str, ...]:
    """焦作市温县, 河南省焦作市温县: the place with the regions above."""
    return tuple("".join(place.above[i:]) + place.name for i in range(len(place.above)))


def _tail(words: str, place: Place) -> str:
    return words.partition(place.name)[0].rpartition("市")[2]


def _town(rest: str, place: Place, named: bool) -> Body | None:
    if place.level is Level.PROVINCE or rest in NO_TOWN or NO_TOWN_END.search(rest):
        return None
    if (m := TOWNSHIP.match(rest)) and m["name"] not in NO_TOWN and len(m["name"]) <= 8:
        said = rest != m["name"]
        name = f"{place.name}{m['name']}人民政府"
        return Body(name, AgencyKind.TOWNSHIP, 0.5 if said else 0.35, named)
    if (m := STREET.match(rest)) and m["name"] not in NO_TOWN:
        # 郑州办事处 is a mission of this place in another one.
        sure = 0.45 if "街道" in rest else 0.2
        return Body(f"{place.name}{m['name']}街道办事处", AgencyKind.SUBDISTRICT, sure, named)
    return None


def _department(rest: str, words: str, place: Place, named: bool) -> Body | None:
    if not DEPARTMENT_END.search(rest) or len(rest) < 3:
        return None
    if rest == words and place.name in words:
        return Body(words, AgencyKind.DEPARTMENT, 0.45, True)  # another level's branch here
    full, alias = _in_full(rest)
    stem = _stem(full)
    if VERTICAL.search(full):
        state = "国家税务总局" if full.endswith("税务局") else ""
        return Body(f"{state}{place.name}{full}", AgencyKind.VERTICAL, 0.5, named, alias)
    if COMMITTEE.search(full):
        return Body(f"{place.name}{full}", AgencyKind.AUTHORIZED, 0.4, named, alias)
    usual, unusual = (0.5, 0.3) if SURE_END.search(full) else (0.35, 0.1)
    sure = usual if stem else unusual
    if alias is None and re.search(r"(?<!员)委$|(?<!公)办$", full):
        sure -= 0.15  # a short form whose full one is not known
    if full.endswith("分局") and not named:
        sure -= 0.2
    return Body(f"{place.name}{full}", AgencyKind.DEPARTMENT, sure, named, alias)


def _in_full(rest: str) -> tuple[str, str | None]:
    """(the full form of a usual short one, the short one); the words themselves if not certain."""
    fulls = _SHORT.get(plain(rest), set())
    same = {f for f in fulls if f[-1] == rest[-1] or (rest[-1] == "委" and f.endswith("委员会"))}
    if len({plain(f) for f in same}) == 1 and plain(rest) not in {plain(f) for f in SHORT_FORMS}:
        return min(same, key=len) if len(same) == 1 else rest, rest if len(same) == 1 else None
    return rest, None


def _stem(words: str) -> bool:
    return (
        bool(words)
        and any(words.startswith(s) for s in STEMS)
        and bool(DEPARTMENT_END.search(words))
    )
