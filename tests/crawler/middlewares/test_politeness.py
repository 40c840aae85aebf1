"""Gates: one at a time, with pauses, per host."""

from __future__ import annotations

import asyncio
import itertools
import time

from crawler.middlewares.politeness import MAX_PAUSE, Gate, Gates


def test_one_at_a_time_with_pauses() -> None:
    async def main() -> tuple[list[float], int]:
        gate, starts, inside, most = Gate(), [], 0, 0
        gate.at_least(0.1)

        async def visit() -> None:
            nonlocal inside, most
            async with gate.pass_through():
                starts.append(time.monotonic())
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.02)
                inside -= 1

        await asyncio.gather(*(visit() for _ in range(4)))
        return starts, most

    starts, most = asyncio.run(main())
    assert most == 1
    assert all(b - a >= 0.1 for a, b in itertools.pairwise(starts))


def test_a_failed_visit_frees_the_gate() -> None:
    async def main() -> str:
        gate = Gate()
        try:
            async with gate.pass_through():
                raise ValueError
        except ValueError:
            pass
        async with asyncio.timeout(1), gate.pass_through():
            return "free"

    assert asyncio.run(main()) == "free"


def test_the_longest_wish_counts_up_to_a_limit() -> None:
    gate = Gate()
    gate.at_least(2)
    gate.at_least(1)
    assert gate.pause == 2
    gate.at_least(86400)
    assert gate.pause == MAX_PAUSE


def test_gates_by_host() -> None:
    gates = Gates()
    assert gates.of("http://a.example/x") is gates.of("https://A.example:8443/y")
    assert gates.of("http://a.example/") is not gates.of("http://b.example/")
    # On loopback every port is a portal of its own.
    assert gates.of("http://127.0.0.1:1/") is not gates.of("http://127.0.0.1:2/")
    assert gates.of("http://127.0.0.1:1/a") is gates.of("http://127.0.0.1:1/b")
