"""Every form in which portals deliver pages is read without losing or changing a cell."""

from __future__ import annotations

from random import Random

import pytest

from crawler.parsing.reading import read
from storage.domain import AnnualReport
from tests.crawler.documents.html_forms import FORMS, shell
from tests.crawler.parsing.scoring import score
from tests.crawler.parsing.writing import AGENCY, YEAR, page, sample


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", FORMS)
def test_form(name: str, seed: int) -> None:
    made, rng = sample(seed), Random(seed)
    data = FORMS[name](page(made.report, rng), rng)
    report = read(data.encode() if isinstance(data, str) else data).result
    assert isinstance(report, AnnualReport), report
    found = score(report, made.expected)
    assert len(found.right) == len(made.expected) and not found.invented, str(found)
    assert (report.agency, report.year, report.title) == (AGENCY, YEAR, made.report.title)
    assert len(report.sections) == 6 and report.signatory == AGENCY


def test_places_in_embedded_bodies_begin_with_where_the_body_stands() -> None:
    made = sample(0)
    source = page(made.report, Random(0))
    for name, place in {
        "answer_of_an_interface": "$.data.content/table[2]/row[4]/col[",
        "variable_in_a_script": "script[1]/content/table[2]/row[4]/col[",
        "escaped_in_a_textarea": "textarea[1]/table[2]/row[4]/col[",
    }.items():
        report = read(str(FORMS[name](source, Random(0))).encode()).result
        assert isinstance(report, AnnualReport)
        assert report.cell("table3", "new_received", "total").at.startswith(place)


def test_the_date_beside_a_body_is_its_publication() -> None:
    source = page(sample(0).report, Random(0))
    reading = read(str(FORMS["config_in_a_script"](source, Random(0))).encode())
    assert [str(evidence.day) for evidence in reading.dates] == ["2024-01-19"]


def test_a_list_of_reports_in_a_script_is_none() -> None:
    scripts = "".join(
        str(FORMS["variable_in_a_script"](page(sample(n).report, Random(0)), Random(0)))
        for n in (0, 2)
    )
    assert not isinstance(read(shell(scripts).encode()).result, AnnualReport)


def test_what_is_hidden_beside_pictures_is_not_the_report() -> None:
    """A whole text with pictures for tables: the hidden tables of another year stay unread."""
    made = sample(0)
    source = page(made.report, Random(0))
    start, end = source.index("<table"), source.rindex("</table>")
    tables = source[start:end]
    text = source.replace("<table", "<!--<table").replace("</table>", "</table>--><img src=a.png>")
    hidden = f"<div style='display:none'>{tables}</table></div></body>"
    report = read(text.replace("</body>", hidden).encode()).result
    assert isinstance(report, AnnualReport)
    assert not score(report, made.expected).right
