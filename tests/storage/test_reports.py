"""Saving reports: what is new, what is a change, and that repeating changes nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storage import repositories as repo
from storage.domain import ABSENT, AnnualReport, Cell, DateEvidence, ParseFailure
from storage.models import CellRow, ReportVersionRow
from storage.session import Database, StorageError
from storage.vocab import CellState, DatePrecision, DateSource, ParseErrorCode
from tests.storage.samples import FAILURE, NOW, URL, add_portal, capture, number, report, save

LATER = NOW + timedelta(days=3)


@pytest.fixture
def s(database: Database) -> Any:
    with database.session() as session:
        add_portal(session)
        yield session


def count(s: Session, table: str) -> int:
    return int(s.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def newest(s: Session) -> AnnualReport:
    (publication,) = repo.publications(s)
    found = repo.latest_report(s, publication.id)
    assert found is not None
    return found[1]


def test_a_first_report_is_new_and_complete(s: Session) -> None:
    run = repo.start_run(s, "p", NOW)
    dates = (
        DateEvidence(DateSource.PAGE, date(2024, 1, 30), quote="2024-01-30"),
        DateEvidence(DateSource.URL, date(2024, 1, 1), DatePrecision.MONTH),
    )
    saved = save(s, report(), dates=dates, column_url="http://c/", run=run, content_year=None)
    assert (saved.is_new, saved.is_changed) == (True, False)
    (found,) = repo.publications(s)
    assert found.id == saved.publication
    assert (found.agency, found.year, found.url, found.portal) == ("a", 2023, URL, "p")
    assert (found.title, found.column_url, found.dates) == ("标题", "http://c/", dates)
    assert (found.first_seen, found.last_seen, found.gone_at) == (NOW, NOW, None)
    assert (found.content_agency, found.content_year) == ("a", None)
    assert (found.readable, found.image_only, found.versions, found.manual) == (
        True,
        False,
        1,
        False,
    )
    assert repo.latest_report(s, found.id) == (saved.version, report())


def test_every_cell_has_a_row(s: Session) -> None:
    table = {
        "granted": {
            "total": number(10**25),
            "research": Cell(CellState.MARK, None, "/", "x"),
            "enterprise": ABSENT,
        }
    }
    fees = {"fees": {"amount_wan": number(Decimal("0.10"))}}
    save(s, report(table2=fees, table3=table, table4={}))
    rows = s.execute(
        select(CellRow.row, CellRow.column, CellRow.state, CellRow.value, CellRow.raw).order_by(
            CellRow.table, CellRow.column
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        ("fees", "amount_wan", "number", Decimal("0.10"), "0.10"),
        ("granted", "enterprise", "absent", None, None),
        ("granted", "research", "mark", None, "/"),
        ("granted", "total", "number", Decimal(10**25), str(10**25)),
    ]
    assert s.scalar(text("SELECT value FROM cells WHERE column_name = 'amount_wan'")) == "0.10"


def test_the_same_content_again_is_only_seen_again(s: Session) -> None:
    first = save(s, report())
    again = save(s, replace(report(), confidence=0.5), now=LATER, title=None, dates=())
    assert again == repo.Saved(first.publication, first.version, False, False)
    assert (count(s, "publications"), count(s, "report_versions")) == (1, 1)
    assert count(s, "cells") == 10 + 25 * 7 + 15
    (found,) = repo.publications(s)
    assert (found.first_seen, found.last_seen, found.title) == (NOW, LATER, "标题")


def test_other_content_is_a_change_once(s: Session) -> None:
    first = save(s, report())
    second = save(s, report(title="更正后"), now=LATER)
    assert second.is_changed
    assert not second.is_new
    assert second.version != first.version
    assert not save(s, report(title="更正后"), now=LATER).is_changed
    (found,) = repo.publications(s)
    assert (found.versions, newest(s).title) == (2, "更正后")
    assert save(s, report(), now=LATER).is_changed  # back to the old text: changed again
    assert repo.publications(s)[0].versions == 3
    assert s.scalars(select(ReportVersionRow.seq).order_by(ReportVersionRow.seq)).all() == [1, 2, 3]


def test_one_address_may_stand_for_several_years(s: Session) -> None:
    assert save(s, report()).is_new
    assert save(s, report(), year=2022).is_new
    assert save(s, report(), agency="b").is_new
    assert repo.report_years(s) == [2022, 2023]
    assert [(p.agency, p.year) for p in repo.publications(s)] == [
        ("a", 2022),
        ("a", 2023),
        ("b", 2023),
    ]
    assert len(repo.publications(s, agency="a", year=2023, portal="p")) == 1
    assert repo.publications(s, portal="q") == []


# --- A better parser is no change --------------------------------------------------


def test_the_same_bytes_read_better_replace_the_reading(s: Session) -> None:
    stored = repo.save_capture(s, None, capture("bytes"))
    first = save(s, report(table3={}), capture=stored)
    again = repo.save_capture(s, None, capture("bytes", offset=9))
    better = report(parser_version="2")
    second = save(s, better, capture=again, now=LATER)
    assert second == repo.Saved(first.publication, first.version, False, False)
    assert newest(s) == better
    assert count(s, "cells") == 200
    assert repo.publications(s)[0].versions == 1


def test_other_bytes_read_by_another_parser_prove_no_change(s: Session) -> None:
    save(s, report(table3={}), capture=repo.save_capture(s, None, capture("one")))
    other = repo.save_capture(s, None, capture("two", offset=9))
    saved = save(s, report(parser_version="2"), capture=other, now=LATER)
    assert not saved.is_changed
    assert repo.publications(s)[0].versions == 1
    assert count(s, "report_versions") == 2  # nothing is thrown away
    assert newest(s) == report(parser_version="2")
    assert save(s, report(parser_version="2", title="真的改了"), now=LATER).is_changed


def test_a_new_parser_that_reads_the_same_refreshes_what_is_no_content(s: Session) -> None:
    save(s, report())
    better = report(parser_version="2", facts=(), confidence=1.0)
    assert not save(s, better).is_changed
    assert newest(s) == better
    assert count(s, "report_versions") == 1


def test_the_same_parser_that_reads_the_same_bytes_otherwise_is_a_change(s: Session) -> None:
    """The bytes may be those of a page whose attachment was exchanged."""
    stored = repo.save_capture(s, None, capture("page"))
    save(s, report(), capture=stored)
    assert save(s, report(title="换了附件"), capture=stored).is_changed


# --- What can't be read ---------------------------------------------------------------


def test_an_unreadable_document_is_published(s: Session) -> None:
    saved = save(s, FAILURE)
    assert saved.is_new
    assert saved.version is not None
    (found,) = repo.publications(s)
    assert (found.readable, found.versions) == (False, 1)
    assert repo.latest_report(s, found.id) is None
    assert list(repo.latest_versions(s)) == [(found, None, None)]
    assert save(s, FAILURE, now=LATER).version == saved.version
    assert count(s, "report_versions") == 1
    row = s.scalars(select(ReportVersionRow)).one()
    assert (row.report, row.error_code, row.error_message) == (None, "unreadable", "文件打不开")
    assert s.scalar(text("SELECT count(*) FROM report_versions WHERE report IS NULL")) == 1


def test_pictures_are_flagged_whether_read_or_not(s: Session) -> None:
    save(s, replace(FAILURE, image_only=True))
    assert repo.publications(s)[0].image_only
    save(s, report())
    assert not repo.publications(s)[0].image_only
    save(s, report(image_only=True))
    assert repo.publications(s)[0].image_only


def test_read_at_last_is_no_change(s: Session) -> None:
    save(s, FAILURE)
    saved = save(s, report(), now=LATER)
    assert not saved.is_changed
    (found,) = repo.publications(s)
    assert (found.readable, found.versions) == (True, 1)
    assert newest(s) == report()


def test_a_failure_never_replaces_what_was_read(s: Session) -> None:
    first = save(s, report(), capture=repo.save_capture(s, None, capture("one")))
    wall = repo.save_capture(s, None, capture("wall", offset=9))
    failed = save(s, FAILURE, capture=wall, content_agency=None, content_year=None, now=LATER)
    assert not failed.is_changed
    (found,) = repo.publications(s)
    assert (found.readable, found.content_agency, found.content_year) == (False, "a", 2023)
    assert newest(s) == report()
    assert count(s, "report_versions") == 2  # the wall is kept for its evidence
    assert save(s, FAILURE, capture=wall).version == failed.version
    back = save(s, report(), now=LATER)
    assert back == repo.Saved(first.publication, first.version, False, False)
    assert repo.publications(s)[0].readable
    assert save(s, report(title="新"), now=LATER).is_changed


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("after", [True, False])
def test_a_failure_without_other_bytes_is_not_kept(s: Session, before: bool, after: bool) -> None:
    stored = repo.save_capture(s, None, capture("one"))
    first = save(s, report(), capture=stored if before else None)
    failed = save(s, FAILURE, capture=stored if before and after else None)
    assert failed.version == first.version
    assert count(s, "report_versions") == 1


def test_another_failure_of_other_bytes_is_kept(s: Session) -> None:
    save(s, FAILURE, capture=repo.save_capture(s, None, capture("one")))
    locked = ParseFailure(ParseErrorCode.ENCRYPTED, "有密码")
    save(s, locked, capture=repo.save_capture(s, None, capture("two", offset=9)))
    codes = s.scalars(select(ReportVersionRow.error_code).order_by(ReportVersionRow.seq)).all()
    assert codes == ["unreadable", "encrypted"]


# --- Presence ------------------------------------------------------------------------


def test_gone_and_back(s: Session) -> None:
    saved = save(s, report())
    assert repo.mark_gone(s, saved.publication, LATER)
    assert not repo.mark_gone(s, saved.publication, LATER + timedelta(days=1))
    assert repo.publications(s)[0].gone_at == LATER
    assert not repo.mark_gone(s, 999, LATER)
    back = save(s, report(), now=LATER + timedelta(days=2))
    assert not back.is_new
    assert repo.publications(s)[0].gone_at is None


def test_seen_again_without_reading(s: Session) -> None:
    add_portal(s, "q", ("c",))
    saved = save(s, report())
    save(s, report(), agency="c", portal="q")
    repo.mark_gone(s, saved.publication, LATER)
    urls = [f"http://other/{n}" for n in range(1200)] + [URL]
    repo.touch_publications(s, "p", urls, LATER)
    repo.touch_publications(s, "p", [], LATER)
    mine, other = repo.publications(s)
    assert (mine.last_seen, mine.gone_at) == (LATER, None)
    assert other.last_seen == NOW


def test_a_date_given_by_hand_survives_the_crawl(s: Session) -> None:
    by_hand = DateEvidence(DateSource.MANUAL, date(2024, 1, 15))
    page = DateEvidence(DateSource.PAGE, date(2024, 1, 16))
    save(s, report(), portal=None, manual=True, dates=(by_hand,))
    assert repo.publications(s)[0].manual
    save(s, report(), dates=(page,))
    (found,) = repo.publications(s)
    assert found.dates == (by_hand, page)
    assert (found.manual, found.portal) == (False, "p")
    corrected = replace(by_hand, day=date(2024, 1, 14))
    save(s, report(), portal=None, manual=True, dates=(corrected,))
    (found,) = repo.publications(s)
    assert found.dates == (corrected,)
    assert (found.manual, found.portal) == (False, "p")


# --- Dirty input, faults, rivals -------------------------------------------------------


def test_characters_that_databases_refuse(s: Session) -> None:
    dirty = report(
        title="含\0空字符\ud800",
        table3={"granted": {"total": Cell(CellState.TEXT, None, "1\0\ud800", "x")}},
    )
    saved = save(s, dirty, title="标\0题", url=URL + "?\ud800")
    assert saved.is_new
    assert s.scalar(select(CellRow.raw).where(CellRow.table == "table3")) == "1��"
    assert newest(s).table3["granted"]["total"].value is None


def test_an_address_that_can_not_be_indexed_is_refused(s: Session) -> None:
    with pytest.raises(StorageError, match="网址过长"):
        save(s, report(), url="http://x/" + "长" * 700)
    assert save(s, report(), url="http://x/" + "a" * 1990).is_new


def test_an_unknown_body_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.session() as s:
        save(s, report(), agency="nobody", portal=None)


def test_rivals_save_one_report_once(database: Database) -> None:
    with database.session() as s:
        add_portal(s)
    results: list[repo.Saved] = []

    def work() -> None:
        for title in ("一", "二"):
            with database.session() as s:
                results.append(save(s, report(title=title, table3={})))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert sum(saved.is_new for saved in results) == 1
    with database.session() as s:
        assert s.scalar(select(func.count()).select_from(ReportVersionRow)) == 1 + sum(
            saved.is_changed for saved in results
        )
        assert repo.publications(s)[0].versions == 1 + sum(r.is_changed for r in results)


def test_a_killed_save_leaves_nothing(database: Database) -> None:
    with database.session() as s:
        add_portal(s)
    with pytest.raises(KeyboardInterrupt), database.session() as s:
        save(s, report())
        raise KeyboardInterrupt
    with database.session() as s:
        assert (count(s, "publications"), count(s, "cells")) == (0, 0)
        assert save(s, report()).is_new


# --- Streaming -------------------------------------------------------------------------


def fill(database: Database, reports: int) -> None:
    with database.session() as s:
        add_portal(s, agencies=tuple(f"a{n:03}" for n in range(reports)))
        for n in range(reports):
            name = f"a{n:03}"
            save(s, report(title=name, table3={}), agency=name, url=f"http://x/{n}")
            save(s, report(title=name + "新", table3={}), agency=name, url=f"http://x/{n}")


def test_streaming_gives_every_publication_with_its_newest_content(database: Database) -> None:
    fill(database, 120)
    with database.session() as s:
        save(s, FAILURE, agency="a007", year=2022)
        save(s, report(), agency="a007", year=2022, url="http://other/")
    with database.session() as s:
        found = list(repo.latest_versions(s, 2023))
        assert [p.agency for p, _, _ in found] == [f"a{n:03}" for n in range(120)]
        for publication, version, content in found:
            assert publication.versions == 2
            assert content is not None
            assert content.title == publication.agency + "新"
            assert repo.latest_report(s, publication.id) == (version, content)
        everything = [(p.agency, p.year, p.url) for p, _, _ in repo.latest_versions(s)]
        assert len(everything) == len(set(everything)) == 122
        assert everything == sorted(everything, key=lambda key: key[:2])


def test_streaming_needs_few_queries_and_lets_the_caller_write(database: Database) -> None:
    from sqlalchemy import event

    fill(database, 120)
    statements: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, *_: statements.append(statement),
    )
    with database.session() as s:
        for publication, _, _ in repo.latest_versions(s):
            repo.mark_gone(s, publication.id, LATER)
    reads = [st for st in statements if st.startswith("SELECT") and "report_versions" in st]
    assert len(reads) == 3
    with database.session() as s:
        assert all(p.gone_at == LATER for p in repo.publications(s))
