"""Reading documents in worker processes, with limits of time and memory.

A document may be damaged or hostile: a reader that hangs or eats memory costs one process, which
is replaced, and gives a failure; the crawl goes on. Workers are spawned, not forked (the parent
has threads and a reactor), and end by themselves when the parent is gone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import queue
import resource
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from crawler.documents.image import MEDIA_TYPES as IMAGES
from crawler.documents.ocr import reader as ocr
from crawler.documents.ofd.reader import MEDIA_TYPE as OFD
from crawler.documents.pdf.reader import MEDIA_TYPE as PDF
from crawler.documents.sniff import sniff
from crawler.parsing.reading import Part, Reading, read, read_parts
from storage.domain import ParseFailure
from storage.vocab import ParseErrorCode

READ_SECONDS = 60.0
"""A 64 MB PDF takes most of a minute; a web page some milliseconds."""
RECOGNISE_SECONDS = ocr.MAX_SECONDS + 30.0
"""More for what may be pictures of text: a scanned page takes 3 to 8 seconds, and the reader begins
no page after `ocr.MAX_SECONDS`."""
_MAY_BE_SCANNED = frozenset({PDF, OFD, "application/zip", *IMAGES})
START_SECONDS = 60.0
MEMORY = 2 * 1024**3
"""Address space of a worker, which counts libraries that are mapped and never used. The recogniser
of pictures takes 1.4 GB of it (730 MB resident)."""

_ATTEMPTS = 3
"""A worker that was told to end from outside (a signal to the whole group, an administrator) says
nothing about its document: that is read by another one."""
_DYING_SECONDS = 1.0

Reader = Callable[..., Reading]


@dataclass
class _Worker:
    process: Any
    connection: Connection


class ParserPool:
    """Worker processes that read documents. Shared by all crawlers of a process."""

    def __init__(
        self,
        workers: int | None = None,
        *,
        reader: Reader = read,
        seconds: float = READ_SECONDS,
        memory: int = MEMORY,
    ) -> None:
        count = workers or min(4, os.cpu_count() or 1)
        self._reader = reader
        self._seconds = seconds
        self._memory = memory
        self._context = multiprocessing.get_context("spawn")
        # The last one that worked goes first: a second is started only where two are needed at once.
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)  # started when first needed
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="parser")
        self._all: set[Any] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def read(self, data: bytes, **hints: str | None) -> Reading:
        """Read one document; ``hints`` as for :func:`crawler.parsing.reading.read`.

        Never raises for the document's sake: a worker that fails gives a ParseFailure.
        """
        return await self._run([data], self._reader, (data,), hints)

    async def read_parts(self, parts: Sequence[Part]) -> Reading:
        """Read a report that is spread over several pages or files; never raises, as `read`."""
        return await self._run([part.data for part in parts], read_parts, (list(parts),), {})

    def close(self) -> None:
        """End all workers; readings under way give failures."""
        with self._lock:
            self._closed = True
            processes = list(self._all)
        for process in processes:
            process.kill()
        self._threads.shutdown(wait=True)
        for process in processes:
            process.join()

    async def _run(
        self, files: list[bytes], reader: Reader, given: tuple[Any, ...], hints: dict[str, Any]
    ) -> Reading:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read, files, (reader, given, hints))

    def _read(self, files: list[bytes], task: tuple[Reader, tuple[Any, ...], Any]) -> Reading:
        seconds = self._seconds
        if ocr.available() and any(sniff(data) in _MAY_BE_SCANNED for data in files):
            seconds += RECOGNISE_SECONDS
        worker = self._idle.get()
        try:
            for _ in range(_ATTEMPTS):
                try:
                    if worker is None:
                        worker = self._start()
                    worker.connection.send(task)
                    if worker.connection.poll(seconds):
                        result = worker.connection.recv()
                        assert isinstance(result, Reading)
                        return result
                except (EOFError, OSError):
                    ended, worker = self._end(worker), None
                    if self._closed or ended != -signal.SIGTERM:
                        break
                else:
                    self._end(worker)
                    worker = None
                    return _failure(f"解析超过 {seconds:g} 秒，已中止")
            return _failure("解析进程意外退出，可能是文件损坏或内存不足")
        finally:
            self._idle.put(worker)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_serve, args=(theirs, self._memory), daemon=True, name="nb-parser"
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        with self._lock:
            self._all.add(process)
            if self._closed:
                process.kill()  # too late to be among those that are ended
        # The worker tells that it is ready: importing must not count as reading.
        try:
            if ours.poll(START_SECONDS):
                ours.recv()
                return worker
        except (EOFError, OSError):
            if self._end(worker) == -signal.SIGTERM and not self._closed:
                return self._start()
            raise
        self._end(worker)
        raise OSError("worker did not start")

    def _end(self, worker: _Worker | None) -> int | None:
        """How the worker ended: its exit code, below zero for a signal."""
        if worker is None:
            return None
        worker.connection.close()
        # One that died by itself is asked how, before it is killed.
        worker.process.join(_DYING_SECONDS)
        worker.process.kill()
        worker.process.join()
        with self._lock:
            self._all.discard(worker.process)
        code: int | None = worker.process.exitcode
        return code


def _failure(message: str) -> Reading:
    return Reading(ParseFailure(ParseErrorCode.UNREADABLE, message))


def _serve(connection: Connection, memory: int) -> None:
    """The worker's life: documents in, readings out, until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    connection.send("ready")
    while True:
        try:
            reader, given, hints = connection.recv()
        except (EOFError, OSError):
            return
        try:
            result = reader(*given, **hints)
        except MemoryError:
            result = _failure("解析所需内存超过上限，已中止")
        try:
            connection.send(result)
        except OSError:
            return
