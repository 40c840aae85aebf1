"""Worker processes: results, and documents that hang, eat memory or kill their reader."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import pytest

from crawler.parsing.reading import Reading
from crawler.worker import ParserPool
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode
from tests.spiders.served import report


def reader(data: bytes, **hints: Any) -> Reading:
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
