"""What a document that was read is: whose report, of which year; the content decides.

The listing claims a body and a year; the text says what it says. A report is filed under the
claim, with the text's own body and year beside it where both are certain and differ, so that the
wrong report fulfils nobody's duty. Whatever stays unsure is unresolved, never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.parsing.reading import Reading
from crawler.parsing.years import text_year
from spiders import titles
from spiders.candidates import Claim, Verdict
from spiders.scope import Scope
from storage.domain import AnnualReport, ParseFailure
from storage.vocab import ParseErrorCode

MAX_NAME = 60
"""Characters of a printed name; longer ones are no names."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``agency``/``year``: the slot. ``doubted``: bodies that a document of no certain owner may
    belong to (None = any); only with verdict UNRESOLVED."""

    verdict: Verdict
    agency: str | None = None
    year: int | None = None
    content_agency: str | None = None
    content_year: int | None = None
    doubted: tuple[str | None, ...] = ()
    reasons: tuple[str, ...] = ()


def decide(claim: Claim, reading: Reading, scope: Scope) -> Decision:
    """Judge a document by its reading and the claim of its listing."""
    if isinstance(reading.result, ParseFailure):
        return _decide_failure(claim, reading.result, reading.page_title, scope)
    return _decide_report(claim, reading.result, reading.page_title, scope)


def doubted_bodies(claim: Claim, scope: Scope) -> tuple[str | None, ...]:
    """Bodies whose report an entry could be that can't be read or attributed.

    () = nobody's: the title names a body that is not of this portal's registry.
    """
    if claim.slot_agency:
        return (claim.slot_agency,)
    if claim.named and scope.is_body(claim.named):
        return () if scope.is_elsewhere(claim.named) else scope.may_be(claim.named)
    return (None,)


def _decide_failure(
    claim: Claim, failure: ParseFailure, page_title: str | None, scope: Scope
) -> Decision:
    if failure.code is ParseErrorCode.NOT_A_REPORT:
        if not claim.strong:
            return Decision(Verdict.NOT_A_REPORT, reasons=(failure.message,))
        return _unresolved(claim, claim.year, scope, f"标题是年度报告，内容不是：{failure.message}")
    title = titles.read(page_title or "")
    agency = claim.agency or scope.match(title.agency) or claim.context_agency or claim.hint
    year = claim.year or title.year
    if agency and year and claim.score >= 0.5:
        agency = scope.all.holder(agency, year)
        if not scope.counts(agency, claim.url):
            return Decision(Verdict.FOREIGN, reasons=("该机关的年报不应在本门户发布",))
        return Decision(Verdict.REPORT, agency, year, reasons=(failure.message,))
    return _unresolved(claim, year, scope, failure.message)


def _unresolved(claim: Claim, year: int | None, scope: Scope, reason: str) -> Decision:
    doubted = doubted_bodies(claim, scope)
    if not doubted:
        return Decision(Verdict.FOREIGN, year=year, reasons=(f"登记名录中没有“{claim.named}”",))
    return Decision(Verdict.UNRESOLVED, year=year, doubted=doubted, reasons=(reason,))


def _decide_report(
    claim: Claim, report: AnnualReport, page_title: str | None, scope: Scope
) -> Decision:
    title = titles.read(page_title or "")
    text_body = scope.match(report.agency) or scope.match(report.title)
    signed = scope.match(report.signatory)
    said = text_body or signed
    content_year = text_year(report) or report.year
    year = _slot_year(claim, report, title.year, content_year)
    listed = claim.agency or scope.match(title.agency)
    slot = listed or _from_column(claim, said, scope) or said or claim.hint
    reasons = [f"列表：{listed or '未写明'}", f"正文：{said or '未写明'}"]
    if listed is None and scope.is_several(claim.named or title.agency):
        # One text for several bodies: which, and where each one's begins, is not told.
        reasons.append("一篇文章含多个机关的报告")
        return Decision(Verdict.UNRESOLVED, None, year, doubted=(None,), reasons=tuple(reasons))
    if slot is None:
        name = claim.named or title.agency or report.agency or report.signatory
        return _nobody(claim, name, year, scope)
    slot = scope.all.holder(slot, year)
    if not scope.counts(slot, claim.url):
        reasons.append("该机关的年报不应在本门户发布，属转载")
        return Decision(Verdict.FOREIGN, slot, year, reasons=tuple(reasons))
    if year is None:
        reasons.append("看不出是哪一年度")
        return Decision(Verdict.UNRESOLVED, slot, None, doubted=(slot,), reasons=tuple(reasons))
    return Decision(
        Verdict.REPORT,
        slot,
        year,
        _text_agency(slot, text_body, signed, report, scope),
        content_year,
        reasons=tuple(reasons),
    )


def _slot_year(
    claim: Claim, report: AnnualReport, page_year: int | None, content_year: int | None
) -> int | None:
    """Headings, folders and tabs may count by the year of publication: words on the report win.

    So may the words of the list: where a page, by its title, heading and text, is of one year, its
    line in the list is mistaken. A file has no page around it: a text that belies the title which it
    was posted under is the wrong text.
    """
    listed = titles.read(claim.title).year
    shown = {page_year, titles.read(report.title or "").year} - {None}
    if report.media_type == "text/html" and shown == {content_year}:
        return content_year
    return listed or page_year or content_year or claim.year


def _from_column(claim: Claim, said: str | None, scope: Scope) -> str | None:
    """The column's body, unless the text names one that it may well sign for."""
    column = claim.context_agency
    if column and said and said != column and scope.all.related(column, said):
        return said
    return column


def _nobody(claim: Claim, name: str | None, year: int | None, scope: Scope) -> Decision:
    """A report in which no body of the registry is named."""
    if name and scope.is_body(name):
        doubted = () if scope.is_elsewhere(name) else scope.may_be(name)
        if not doubted:
            return Decision(Verdict.FOREIGN, year=year, reasons=(f"登记名录中没有“{name}”",))
        reason = f"“{name}”可能是名录中的机关，未能确认"
        return Decision(Verdict.UNRESOLVED, year=year, doubted=doubted, reasons=(reason,))
    return Decision(
        Verdict.UNRESOLVED, year=year, doubted=(None,), reasons=("看不出是哪个机关的报告",)
    )


def _text_agency(
    slot: str, text_body: str | None, signed: str | None, report: AnnualReport, scope: Scope
) -> str | None:
    """The body that the text itself names; None unless certain.

    Offices sign for governments, and bodies keep old and short names: the text contradicts its
    slot only where it names another, unrelated body and the slot's own name stands nowhere in it.
    """
    prose = " ".join([report.preface, report.signatory or "", *(s.text for s in report.sections)])
    if slot in (text_body, signed):
        other = signed if signed not in (None, slot) else _named_in_preface(slot, report, scope)
        if other is None and signed is None and scope.is_elsewhere(report.signatory or ""):
            other = (report.signatory or "")[:MAX_NAME]
        if other and not scope.all.related(slot, other) and not scope.all.mentions(slot, prose):
            return other
        return slot
    said = text_body or signed
    if said is not None:
        if signed not in (None, said) or scope.all.related(slot, said):
            return None
    elif scope.is_body(report.agency) and scope.is_elsewhere(report.agency or ""):
        # A body of another region that the registry does not know: told by its printed name.
        said = (report.agency or "")[:MAX_NAME]
    heads = f"{report.title or ''} {report.agency or ''} {prose}"
    return None if said is None or scope.all.mentions(slot, heads) else said


def _named_in_preface(slot: str, report: AnnualReport, scope: Scope) -> str | None:
    """The one body outside the slot's own line that the preface names in full."""
    line = scope.all.superiors(slot)
    named = {n for n in scope.all.full_names_in(report.preface[:400]) if n not in line}
    return named.pop() if len(named) == 1 else None
