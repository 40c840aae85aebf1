"""Faults of content, each put into a compliant report alone, with the rule that must speak.

``follows``: rules that cannot but speak as well, with the reason beside them. A defect returns
None where a report gives no opportunity (no request, no lawsuit …).
"""

from __future__ import annotations

from tests.corpus.defects import narrative, parts, shape, tables, wording
from tests.corpus.defects.base import DEFECTS, Defect, Injected

__all__ = ["DEFECTS", "Defect", "Injected", "narrative", "parts", "shape", "tables", "wording"]
