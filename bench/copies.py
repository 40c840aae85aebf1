"""Reused text: time and memory per section, and whether the cost grows with what is stored.

python -m bench.copies [--sections 100000] [--database URL]

Baseline of the same run: the MinHash signature of a section alone (datasketch), which any search
for like texts needs. Texts are made of random words; one in twenty repeats an earlier one with some
sentences changed, and every text begins with sentences that all share.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from sqlalchemy import insert

from monitor.changes.copies import index_texts, matches
from monitor.changes.texts import band_keys, joined, passages
from storage.canonical import report_to_json
from storage.domain import Agency, AnnualReport, Section
from storage.models import AgencyRow, PublicationRow, ReportVersionRow
from storage.session import Database
from storage.vocab import AgencyKind, Level, SectionId

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PER_YEAR = 5_000
"""Bodies; with two sections a report, a year brings ten thousand texts."""
_SHARED = "坚持以公开为常态、不公开为例外，推进决策、执行、管理、服务和结果公开。" * 2


def words(rng: Random) -> list[str]:
    return [
        "".join(chr(rng.randrange(0x4E00, 0x4E00 + 2500)) for _ in range(rng.choice((2, 2, 2, 3))))
        for _ in range(3000)
    ]


def prose(rng: Random, vocabulary: list[str], sentences: int = 14) -> str:
    return "".join("".join(rng.choices(vocabulary, k=14)) + "。" for _ in range(sentences))


def reports(rng: Random, count: int) -> Iterator[AnnualReport]:
    vocabulary = words(rng)
    known: list[str] = []
    for _ in range(count):
        texts = []
        for _ in range(2):
            text = prose(rng, vocabulary)
            if known and rng.random() < 0.05:
                sentences = rng.choice(known).split("。")
                sentences[rng.randrange(len(sentences))] = prose(rng, vocabulary, 1).rstrip("。")
                text = "。".join(sentences)
            elif len(known) < 5000:
                known.append(text)
            texts.append(_SHARED + text)
        yield AnnualReport(
            sections=(
                Section(SectionId.OVERVIEW, "一", texts[0]),
                Section(SectionId.PROBLEMS, "五", texts[1]),
            )
        )


def fill(database: Database, year: int, rng: Random) -> dict[str, int]:
    """A year of reports; the publication of every body."""
    chosen: dict[str, int] = {}
    with database.session() as session:
        for n, report in enumerate(reports(rng, PER_YEAR)):
            id = (year - 2000) * PER_YEAR + n
            agency = f"b-{n}"
            row = {
                "id": id, "agency": agency, "year": year, "url": f"http://x/{id}", "manual": False,
                "first_seen": NOW, "last_seen": NOW, "dates": [], "readable": True,
                "image_only": False,
            }  # fmt: skip
            session.execute(insert(PublicationRow), [row])
            version = {
                "id": id, "publication_id": id, "seq": 1, "seen_at": NOW, "content_digest": str(id),
                "changed": False, "parser_version": "1", "report": report_to_json(report),
            }  # fmt: skip
            session.execute(insert(ReportVersionRow), [version])
            chosen[agency] = id
    return chosen


def bare(count: int, rng: Random) -> float:
    """Seconds (of the processor) of one section's signature."""
    vocabulary = words(rng)
    texts = [joined(passages(prose(rng, vocabulary), ())) for _ in range(count)]
    band_keys("s1", texts[0])
    start = time.process_time()
    for text in texts:
        band_keys("s1", text)
    return (time.process_time() - start) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=100_000)
    parser.add_argument("--database", default=None)
    options = parser.parse_args()
    base = bare(300, Random(1))
    agencies = {
        f"b-{n}": Agency(f"b-{n}", f"第{n}号局", AgencyKind.DEPARTMENT, Level.COUNTY)
        for n in range(PER_YEAR)
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.sqlite3"
        database = Database(options.database or f"sqlite:///{file}")
        database.migrate()
        with database.session() as session:
            session.execute(
                insert(AgencyRow),
                [
                    {"id": a.id, "name": a.name, "kind": "department", "level": "county",
                     "aliases": [], "active": True}
                    for a in agencies.values()
                ],
            )  # fmt: skip
        print(f"bare MinHash: {base * 1000:.2f} ms a section")
        stored = 0
        for year in range(2008, 2008 + max(options.sections // (2 * PER_YEAR), 1)):
            chosen = fill(database, year, Random(year))
            start, cpu = time.perf_counter(), time.process_time()
            index_texts(database, year, chosen, agencies)
            taken, used = time.perf_counter() - start, time.process_time() - cpu
            start = time.perf_counter()
            with database.session(write=False) as session:
                found = matches(session, year, agencies)
            asked = time.perf_counter() - start
            stored += 2 * PER_YEAR
            told = sum(bool(m) for body in found.values() for m in body.values())
            each, busy = taken / (2 * PER_YEAR), used / (2 * PER_YEAR)
            print(
                f"{stored:>7} sections stored: {each * 1000:.2f} ms each, processor {busy * 1000:.2f} ms "
                f"({busy / base:.1f} x bare), {told} alike, told in {asked:.1f} s"
            )
        database.close()
        if file.exists():
            print(f"database {file.stat().st_size / 2**20:.0f} MB")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
