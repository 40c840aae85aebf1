"""A simulated gov.cn on loopback: for ``nianbao demo`` and for tests.

A fictional city with its portals, bodies and reports, the same at every start (seeded random,
simulated time). The places, bodies and figures are invented.
"""

from __future__ import annotations

from spiders.samples.expectations import AFTER_ALL, Expectation
from spiders.samples.server import SamplePortals

__all__ = ["AFTER_ALL", "Expectation", "SamplePortals"]
