"""Archived documents read anew: what an older parser misread is mended, and is nobody's change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from crawler.parsing.report import PARSER_VERSION
from monitor.judge import judge
from spiders.ingest import ingest_file
from spiders.reread import reread
from storage import repositories as repo
from storage.archive import Archive
from storage.canonical import content_digest
from storage.domain import AnnualReport, Cell
from storage.models import CellRow, ChangeRow, PublicationRow, ReportVersionRow
from storage.repositories.versions import replace_reading
from storage.session import Database
from storage.vocab import CellState
from tests.spiders.served import NOW, World, page, report

MOMENT = datetime.fromisoformat(NOW)
AGENCY = {"id": "jyj", "name": "桐县教育局", "kind": "department", "level": "county", "portal": "p"}
PORTAL = {"id": "p", "name": "桐县人民政府", "url": "http://tong.example/"}


@pytest.fixture
def world(database: Database, db_url: str, tmp_path: Path) -> World:
    world = World(db_url, tmp_path, [AGENCY], [PORTAL])
    world.database.close()
    return world


def ingest(world: World, database: Database, name: str, text: str) -> None:
    made = ingest_file(
        database, world.archive, text.encode(), name=name, agency="jyj", year=2023,
        published=None, url=f"http://tong.example/{name}", now=MOMENT,
    )  # fmt: skip
    assert made.failure is None


def misread(database: Database, seq: int, made: int) -> None:
    """As if an older parser had read a number that the document does not show."""
    with database.session() as s:
        row = s.scalars(select(ReportVersionRow).where(ReportVersionRow.seq == seq)).one()
        stored = repo.stored_report(s, row.id)
        assert stored is not None
        cell = Cell(CellState.NUMBER, made, str(made), "table[1]/row[3]/col[2]")
        table = {**stored.table2, "normative_documents": {"made": cell}}
        old = replace(stored, table2=table, parser_version="0")
        replace_reading(s, row.id, content_digest(old), old)


def read(database: Database) -> AnnualReport:
    with database.session(write=False) as s:
        (publication,) = repo.publications(s)
        found = repo.latest_report(s, publication.id)
    assert found is not None
    return found[1]


def made_of(report_: AnnualReport) -> int | None:
    value = report_.table2["normative_documents"]["made"].value
    assert value is None or isinstance(value, int)
    return value


def test_what_an_older_parser_misread_is_mended(world: World, database: Database) -> None:
    ingest(world, database, "a.html", report("桐县教育局", 2023))
    whole = read(database)
    misread(database, 1, 77)
    assert made_of(read(database)) == 77
    told: list[tuple[int, int]] = []
    summary = reread(database, world.archive, told=lambda *counts: told.append(counts))
    assert (summary.found, summary.replaced, summary.kept) == (1, 1, [])
    assert told == [(1, 1)]
    assert read(database) == whole
    with database.session(write=False) as s:
        cells = select(CellRow.value).where(
            CellRow.row == "normative_documents", CellRow.column == "made"
        )
        assert s.scalars(cells).all() == [1]
        (publication,) = repo.publications(s)
        assert publication.versions == 1 and publication.readable
    assert reread(database, world.archive).found == 0


def test_a_difference_that_only_an_older_parser_saw_is_no_change(
    world: World, database: Database
) -> None:
    ingest(world, database, "a.html", report("桐县教育局", 2023))
    ingest(world, database, "a.html", report("桐县教育局", 2023, extra="后来补充的一段文字。"))
    misread(database, 1, 77)
    misread(database, 2, 78)
    judge(database, now=MOMENT, years=[2023])
    with database.session(write=False) as s:
        paths = {c.path for c in repo.revisions(s)}
    assert "table2.normative_documents.made" in paths
    assert reread(database, world.archive).replaced == 2
    judge(database, now=MOMENT, years=[2023])
    with database.session(write=False) as s:
        paths = {c.path for c in repo.revisions(s)}
        (publication,) = repo.publications(s)
    assert publication.versions == 2  # the sentence was added, and the number was not
    assert paths and all(path.startswith("s1_overview") for path in paths)


def test_contents_that_turn_out_the_same(world: World, database: Database) -> None:
    ingest(world, database, "a.html", report("桐县教育局", 2023))
    ingest(world, database, "a.html", report("桐县教育局", 2023, extra="补充。"))
    with database.session() as s:
        first, second = s.scalars(select(ReportVersionRow).order_by(ReportVersionRow.seq)).all()
        assert second.changed
        # The later bytes are those of the first: only the older parser saw two contents.
        second.capture_id = first.capture_id
    misread(database, 1, 77)
    misread(database, 2, 78)
    judge(database, now=MOMENT, years=[2023])
    assert reread(database, world.archive).replaced == 2
    with database.session(write=False) as s:
        (publication,) = repo.publications(s)
        assert publication.versions == 1
        assert not s.scalars(select(ChangeRow)).all()


def test_what_could_not_be_read_before(world: World, database: Database) -> None:
    ingest(world, database, "a.html", report("桐县教育局", 2023))
    with database.session() as s:
        s.execute(
            update(ReportVersionRow).values(
                report=None,
                parser_version="",
                error_code="unreadable",
                error_message="解析程序出错",
            )
        )
        s.execute(update(PublicationRow).values(readable=False, content_agency=None))
    assert reread(database, world.archive).replaced == 1
    with database.session(write=False) as s:
        (publication,) = repo.publications(s)
        row = s.scalars(select(ReportVersionRow)).one()
    assert publication.readable and publication.content_agency == "jyj"
    assert (row.error_code, row.parser_version) == (None, PARSER_VERSION)


@pytest.mark.parametrize("loss", ["archive", "report", "parts"])
def test_a_reading_is_not_given_up_for_none(world: World, database: Database, loss: str) -> None:
    ingest(world, database, "a.html", report("桐县教育局", 2023))
    misread(database, 1, 77)
    if loss == "archive":
        for file in world.archive.rglob("*.warc.gz"):
            file.unlink()
    elif loss == "report":
        notice = page("通知", "<p>系统升级，稍后恢复。</p>").encode()
        with Archive(world.archive).writer("x") as writer, database.session() as s:
            capture = writer.write("http://tong.example/a.html", 200, (), notice, MOMENT, None)
            s.execute(
                update(ReportVersionRow).values(capture_id=repo.save_capture(s, None, capture))
            )
    else:
        with database.session() as s:
            row = s.scalars(select(ReportVersionRow)).one()
            stored = repo.stored_report(s, row.id)
            assert stored is not None
            cell = replace(stored.table2["normative_documents"]["made"], at="part[2]/table[1]")
            old = replace(stored, table2={"normative_documents": {"made": cell}})
            replace_reading(s, row.id, content_digest(old), old)
    summary = reread(database, world.archive)
    assert summary.kept
    with database.session(write=False) as s:
        first = s.scalars(select(ReportVersionRow.id).order_by(ReportVersionRow.id)).first()
        assert first is not None
        kept = repo.stored_report(s, first)
    assert kept is not None and made_of(kept) == 77
