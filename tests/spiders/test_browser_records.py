"""Lists in JSON that nobody has seen before: which array it is, its keys, its total."""

from __future__ import annotations

import json
from datetime import date

import pytest
from scrapy.http import Request, Response

from spiders.lists import Entry
from spiders.lists.browser_records import Records, joined, records_in

ONE, TWO = "杉县教育局2023年政府信息公开工作年度报告", "杉县司法局2022年政府信息公开工作年度报告"
URL = "http://h.example/api/list?page=1&size=15"


def found(data: object, url: str = URL, body: bytes = b"") -> list[Records]:
    request = Request(url, method="POST" if body else "GET", body=body)
    return records_in(Response(url, body=json.dumps(data).encode(), request=request))


@pytest.mark.parametrize(
    "record",
    [
        {"title": ONE, "url": "/a/1.html", "date": "2024-01-31"},
        {"bt": ONE, "lj": "//h.example/a/1.html", "fbsj": "2024-01-31 08:00", "tp": "/i/1.png", "djs": 12},
        {"source": {"title": f"<em>{ONE}</em>", "urls": '{"pc":"/a/1.html"}', "pubDate": 1706659200000}},
        {"Subject": ONE, "Href": "../a/1.html", "ReleaseTime": "2024-01-30T16:30:00Z", "UpdateTime": "2024-05-01"},
        {"channelName": "政府信息公开年报", "docTitle": ONE, "docPubUrl": "http://h.example/a/1.html",
         "publishedTime": 1706630400000, "publishedTimeStr": "2024-01-31 00:00:00", "img": "http://h.example/i.jpg"},
        {"f1": "320100", "f2": ONE, "f3": "/a/1.html", "f4": "20240131"},
    ],
)  # fmt: skip
def test_title_address_and_day_are_told_by_their_values(record: dict[str, object]) -> None:
    other = json.loads(json.dumps(record).replace(ONE[:5], TWO[:5]).replace("a/1.html", "a/2.html"))
    [records] = [r for r in found({"data": {"rows": [record, other]}}) if r.entries]
    assert records.entries[0] == Entry("http://h.example/a/1.html", ONE, date(2024, 1, 31))
    assert records.entries[1].url == "http://h.example/a/2.html"


def test_a_day_of_change_is_no_day_of_publication() -> None:
    [records] = found([{"title": ONE, "url": "/1.html", "updateTime": "2024-05-01"}])
    assert records.entries[0].date is None


@pytest.mark.parametrize(
    ("data", "total", "sure"),
    [
        ({"total": 31, "rows": ...}, 31, True),
        ({"page": {"totalCount": "31"}, "rows": ...}, None, False),
        ({"data": {"totalElements": 31, "content": ...}}, 31, True),
        ({"recordsTotal": 31, "d": {"list": ...}}, 31, True),
        ({"count": 1, "rows": ...}, 1, False),
        ({"total": 0, "rows": ...}, None, False),
        ({"totalPage": 3, "rows": ...}, None, False),
        ({"d": json.dumps({"total": 31, "rows": [{"title": ONE, "url": "/1.html"}]})}, 31, True),
    ],
)
def test_totals(data: dict[str, object], total: int | None, sure: bool) -> None:
    text = json.dumps(data, default=lambda _: [{"title": ONE, "url": "/1.html"}])
    [records] = found(json.loads(text))
    assert (records.total, records.sure) == (total, sure)


def test_a_file_is_asked_for_without_a_page() -> None:
    rows = [{"title": ONE, "url": "/1.html"}]
    assert not found(rows, "http://h.example/nb/all.json")[0].paged
    assert found(rows, "http://h.example/nb/list_2.json")[0].paged
    assert found(rows, "http://h.example/q.do", b'{"pageNo":1}')[0].paged
    assert found(rows, "http://h.example/q.do", b"startrecord=1&endrecord=45")[0].paged


@pytest.mark.parametrize(
    "data", [None, 3, "x", [], {}, [1, 2], [{"id": 1}], {"a": [{"url": "/x.html"}]}]
)
def test_what_is_no_list(data: object) -> None:
    assert found(data) == []


def test_the_address_that_the_page_gives_wins() -> None:
    records = [
        Entry("http://h.example/api/1", ONE, date(2024, 1, 31)),
        Entry("http://h.example/2", TWO),
    ]
    drawn = [Entry("http://h.example/a/1.html", ONE), Entry("http://h.example/menu/", "机构职能")]
    assert joined(records, drawn) == [
        Entry("http://h.example/a/1.html", ONE, date(2024, 1, 31)),
        Entry("http://h.example/2", TWO),
    ]
