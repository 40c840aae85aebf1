"""Year over year: every cell that both reports show."""

from __future__ import annotations

from monitor.changes.years import year_over_year
from storage.canonical import change_json
from storage.domain import AnnualReport
from storage.vocab import FormatVersion
from tests.monitor.rules.builders import BASE_ROWS, changed, compliant

LATER = compliant(2023)
ROWS_2019 = {k: v for k, v in BASE_ROWS.items() if k != "other_misc"} | {
    "other_all": {"enterprise": 1}
}


def compared(earlier: AnnualReport, later: AnnualReport) -> dict[str, dict[str, object]]:
    return {c.path: change_json(c) for c in year_over_year("a-1", earlier, later, (2022, 2023))}


def test_every_cell_of_one_form() -> None:
    found = compared(changed(compliant(2022), {"table3.granted.total": 10}), LATER)
    assert len(found) == 10 + 25 * 7 + 15
    told = found["table3.granted.total"]
    assert (told["before"], told["after"], told["delta"], told["ratio"]) == (10, 13, 3, 1.3)
    assert (told["kind"], told["year"], told["against"]) == ("year_over_year", 2023, 2022)
    assert found["table2.fees.amount_wan"]["delta"] == "0"


def test_what_is_not_shown_is_no_change() -> None:
    earlier = changed(
        compliant(2022), {"table3.granted.total": None, "table3.partial.total": "", "table4": None}
    )
    found = compared(earlier, changed(LATER, {"table3.denied_process.total": ""}))
    assert "table3.granted.total" not in found
    assert not any(path.startswith("table4") for path in found)
    assert found["table3.partial.total"]["delta"] is None
    assert found["table3.partial.total"]["before"] == ""
    assert "后没有数字" in str(found["table3.denied_process.total"]["note"])
    zero = changed(compliant(2022), {"table3.partial.total": 0})
    assert compared(zero, LATER)["table3.partial.total"]["ratio"] is None


def test_across_the_forms_other_handling_is_compared_as_a_whole() -> None:
    earlier = compliant(2020, version=FormatVersion.FMT2019, rows=ROWS_2019)
    found = compared(earlier, compliant(2021))
    assert found["table3.other_all.enterprise"]["after"] == 1
    assert "table3.other_misc.total" not in found
    assert not any(path.startswith("table2.normative_documents") for path in found)
    assert "table3.new_received.total" in found


def test_a_part_that_was_not_read_leaves_the_whole_unknown() -> None:
    earlier = compliant(2020, version=FormatVersion.FMT2019, rows=ROWS_2019)
    found = compared(earlier, changed(compliant(2021), {"table3.other_misc.enterprise": None}))
    assert "table3.other_all.enterprise" not in found
    assert "table3.other_all.total" in found
