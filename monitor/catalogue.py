"""Every rule of the program: on reports, on statuses, on the site."""

from __future__ import annotations

from monitor.deadline_findings import STATUS_RULES
from monitor.rules import RuleInfo, catalogue
from monitor.site_findings import SITE_RULES


def all_rules() -> list[RuleInfo]:
    """By code; each code once."""
    return sorted([*catalogue(), *STATUS_RULES, *SITE_RULES], key=lambda info: info.code)
