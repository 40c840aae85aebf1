"""Worker processes: results, and documents that hang, eat memory or kill their reader."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from crawler.parsing.reading import Reading
from crawler.worker import ParserPool
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode
from tests.spiders.served import report


def reader(data: bytes, **hints: Any) -> Reading:
    if data.startswith(b"terminated"):
        # From outside, once: the second time the mark is there.
        mark = Path(data.split()[1].decode())
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)
    if data == b"hang":
        time.sleep(60)
    if data == b"die":
        os._exit(1)
    if data == b"eat":
        bytearray(4 * 1024**3)
    if data == b"unpicklable":
        return Reading(lambda: None)  # type: ignore[arg-type]
    if data == b"raise":
        raise TypeError("a defect")
    return Reading(AnnualReport(title=f"{os.getpid()} {hints.get('url')}"))


@pytest.mark.parametrize("document", [b"hang", b"die", b"eat", b"unpicklable", b"raise"])
def test_a_bad_document_costs_one_reading_only(document: bytes) -> None:
    async def main() -> tuple[Reading, Reading]:
        return await pool.read(document), await pool.read(b"good", url="u")

    pool = ParserPool(1, reader=reader, seconds=8.0)
    try:
        bad, good = asyncio.run(main())
    finally:
        pool.close()
    assert isinstance(bad.result, ParseFailure)
    assert bad.result.code is ParseErrorCode.UNREADABLE
    assert bad.result.message
    assert isinstance(good.result, AnnualReport)


def test_reports_are_read_in_other_processes_at_once() -> None:
    async def main() -> list[Reading]:
        data = report("楸县教育局", 2023).encode()
        started = asyncio.get_running_loop().time()
        readings = await asyncio.gather(
            *(pool.read(data, url="http://h.example/") for _ in range(4))
        )
        assert asyncio.get_running_loop().time() - started < 60
        return list(readings)

    pool = ParserPool(2)
    try:
        readings = asyncio.run(main())
    finally:
        pool.close()
    for reading in readings:
        assert isinstance(reading.result, AnnualReport)
        assert reading.result.year == 2023


def test_closing_ends_every_worker() -> None:
    pool = ParserPool(1, reader=reader)
    first = asyncio.run(pool.read(b"good"))
    assert isinstance(first.result, AnnualReport)
    worker = int((first.result.title or "").split()[0])
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_a_worker_ended_from_outside_costs_no_document(tmp_path: Path) -> None:
    """A signal to the whole process group says nothing about the document under way."""

    async def main() -> tuple[Reading, Reading]:
        interrupted = await pool.read(f"terminated {tmp_path / 'mark'}".encode())
        worker = int((getattr(interrupted.result, "title", None) or "").split()[0])
        os.kill(worker, signal.SIGTERM)
        return interrupted, await pool.read(b"good")

    pool = ParserPool(1, reader=reader)
    try:
        interrupted, after_idle_death = asyncio.run(main())
    finally:
        pool.close()
    assert isinstance(interrupted.result, AnnualReport)
    assert isinstance(after_idle_death.result, AnnualReport)


def test_closing_does_not_wait_for_a_reading_that_is_just_beginning() -> None:
    async def main() -> Reading:
        # Closed while the worker is started for this reading.
        threading.Timer(0.05, pool.close).start()
        return await pool.read(b"hang")

    pool = ParserPool(1, reader=reader)
    began = time.monotonic()
    try:
        assert isinstance(asyncio.run(main()).result, ParseFailure)
    finally:
        pool.close()
    assert time.monotonic() - began < 30  # the reading itself would take a minute
