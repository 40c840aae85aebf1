"""Reading and writing the domain in the database: plain functions, first argument a session.

Every function may be repeated: writing the same thing twice leaves one copy. Nothing here commits;
the session of :class:`storage.session.Database` does, at its end.
"""

from storage.repositories.captures import (
    Archived,
    KnownCandidate,
    captures_of,
    known_candidates,
    latest_capture,
    save_candidate,
    save_capture,
    settled_capture,
)
from storage.repositories.changes import Revised, revised, revisions, save_revisions
from storage.repositories.findings import bodies_with_findings, findings, sync_findings, triage
from storage.repositories.judgements import (
    StatusChange,
    judged_marks,
    obligations,
    save_judged_marks,
    save_obligations,
    save_statuses,
    statuses,
)
from storage.repositories.publications import (
    latest_report,
    latest_reports,
    latest_versions,
    mark_gone,
    publications,
    report_years,
    row_cells,
    touch_publications,
    version_marks,
)
from storage.repositories.registry import agencies, agency, overrides, portals
from storage.repositories.revisits import last_asked, last_revisits, text_addresses
from storage.repositories.runs import (
    BrokenOff,
    broken_off,
    finish_run,
    healths,
    last_run_started,
    run_result,
    start_run,
)
from storage.repositories.scores import agency_scores, save_scores, score_history, scores
from storage.repositories.texts import (
    compared_sections,
    forget_texts,
    known_texts,
    like_candidates,
    likenesses,
    save_likeness,
    save_texts,
    sentence_counts,
    text_count,
    texts,
)
from storage.repositories.versions import Saved, save_report

__all__ = [
    "Archived",
    "BrokenOff",
    "KnownCandidate",
    "Revised",
    "Saved",
    "StatusChange",
    "agencies",
    "agency",
    "agency_scores",
    "bodies_with_findings",
    "broken_off",
    "captures_of",
    "compared_sections",
    "findings",
    "finish_run",
    "forget_texts",
    "healths",
    "judged_marks",
    "known_candidates",
    "known_texts",
    "last_asked",
    "last_revisits",
    "last_run_started",
    "latest_capture",
    "latest_report",
    "latest_reports",
    "latest_versions",
    "like_candidates",
    "likenesses",
    "mark_gone",
    "obligations",
    "overrides",
    "portals",
    "publications",
    "report_years",
    "revised",
    "revisions",
    "row_cells",
    "run_result",
    "save_candidate",
    "save_capture",
    "save_judged_marks",
    "save_likeness",
    "save_obligations",
    "save_report",
    "save_revisions",
    "save_scores",
    "save_statuses",
    "save_texts",
    "score_history",
    "scores",
    "sentence_counts",
    "settled_capture",
    "start_run",
    "statuses",
    "sync_findings",
    "text_addresses",
    "text_count",
    "texts",
    "touch_publications",
    "triage",
    "version_marks",
]
