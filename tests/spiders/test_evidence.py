"""Days of publication in the forms that servers and templates give them, each with its source."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from scrapy.http import Response

from crawler.parsing.reading import read
from settings import SHANGHAI
from spiders.candidates import Claim
from spiders.evidence import publication_dates
from storage.vocab import DateSource
from tests.spiders.served import page

NOW = datetime(2024, 5, 20, tzinfo=SHANGHAI)
URL = "http://h.example/art/2024/2/5/art_1_2.html"


def found(head: str = "", body: str = "", **headers: str) -> dict[DateSource, date]:
    text = page("年报", body or "<p>正文</p>", head)
    response = Response(
        URL, headers={k.replace("_", "-"): v for k, v in headers.items()}, body=text.encode()
    )
    claim = Claim(
        URL, "", date(2024, 2, 6), None, None, None, None, None, None, 0.0, ()
    )  # fmt: skip
    days = publication_dates(claim, read(text.encode(), url=URL), response, NOW)
    return {d.source: d.day for d in days}


@pytest.mark.parametrize(
    ("content", "day"),
    [
        ("2024-01-17", date(2024, 1, 17)),
        ("2024-01-31 11:30", date(2024, 1, 31)),
        ("2024年01月17日", date(2024, 1, 17)),
        ("20240117", date(2024, 1, 17)),
        ("20240117093000", date(2024, 1, 17)),
        ("Wed Jan 31 23:30:00 CST 2024", date(2024, 1, 31)),
        ("2024-01-31T16:30:00Z", date(2024, 2, 1)),
        ("2024-01-31T16:30:00+08:00", date(2024, 1, 31)),
        ("1706717400000", date(2024, 2, 1)),
        ("20241317", None),
        ("12345678", None),
        ("$pubDate", None),
    ],
)
def test_forms_of_the_meta_tag(content: str, day: date | None) -> None:
    assert found(f"<meta name='PubDate' content='{content}'>").get(DateSource.META) == day


def test_all_sources_are_kept() -> None:
    days = found(
        "<meta name='PubDate' content='2024-02-04'>",
        "<div>发布日期：2024-02-03</div><p>正文</p>",
        Last_Modified="Tue, 06 Feb 2024 17:00:00 GMT",
    )
    assert days == {
        DateSource.META: date(2024, 2, 4),
        DateSource.PAGE: date(2024, 2, 3),
        DateSource.LIST: date(2024, 2, 6),
        DateSource.URL: date(2024, 2, 5),
        DateSource.LAST_MODIFIED: date(2024, 2, 7),
    }


@pytest.mark.parametrize("text", ["Mon, 20 May 2024 00:00:00 GMT", "yesterday", "", "0"])
def test_a_server_that_says_now_says_nothing(text: str) -> None:
    assert DateSource.LAST_MODIFIED not in found(Last_Modified=text)
