"""The program as its user calls it: output, exit codes, one clear line for errors."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest

from monitor.cli import hoist
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_text
from tests.monitor.commands.calling import Run, write_registry

SCHEMA = Path(__file__).parents[4] / "shared" / "docs" / "contract.schema.json"


def validator(name: str):
    if not SCHEMA.exists():
        pytest.skip("the shared contract schema is not beside this checkout")
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})


def test_parse_gives_one_object_a_line_and_lists_failures(run: Run, report: Path, tmp_path: Path):
    news = tmp_path / "news.txt"
    news.write_text("青石县召开防汛工作会议，部署下一步工作。" * 9, encoding="utf-8")
    result = run("parse", str(report), str(news), str(tmp_path / "none.html"), "--json")
    assert result.code == 1
    first, second, third = result.lines
    assert first["file"] == str(report)
    assert first["agency"] == "青石县水利局"
    assert first["year"] == 2023
    assert len(first["table3"]) == 25
    assert second["error"]["code"] == "not_a_report"
    assert third["error"]["code"] == "unreadable"
    assert "Traceback" not in result.err


def test_outputs_follow_the_contract(run: Run, report: Path, tmp_path: Path):
    check = validator("check")
    status = validator("status")
    registry = write_registry(tmp_path / "registry")
    assert run("registry", "import", str(registry)).code == 0
    for item in run("check", str(report), "--json", "--all").lines:
        check.validate(item)
    assert run("ingest", str(report), "--agency", "sl", "--published", "2024-01-20").code == 0
    lines = run("status", "--year", "2023", "--json").lines
    assert [line["status"] for line in lines] == ["on_time"]
    for line in lines:
        status.validate(line)


def test_a_compliant_report_gives_no_finding(run: Run, report: Path):
    result = run("check", str(report), "--json")
    assert result.code == 0
    assert result.lines[0]["findings"] == []


def test_a_refused_registry_takes_nothing(run: Run, tmp_path: Path):
    registry = write_registry(
        tmp_path / "registry",
        "sl,青石县水利局,department,county,990102,,p1,,,,",
        "xx,青石县林业局,ministry,county,990102,,p1,,,,",
    )
    result = run("registry", "import", str(registry))
    assert result.code == 2
    assert "agencies.csv" in result.err
    assert "3" in result.err
    assert "kind" in result.err
    assert run("status", "--year", "2023", "--json").lines == []


def test_ingesting_twice_counts_once(run: Run, report: Path, tmp_path: Path):
    run("registry", "import", str(write_registry(tmp_path / "registry")))
    assert run("ingest", str(report), "--agency", "sl", "--json").lines[0]["new"] is True
    again = run("ingest", str(report), "--agency", "sl", "--json").lines[0]
    assert again["new"] is False
    assert again["changed"] is False


def test_another_bodys_report_is_not_credited(run: Run, tmp_path: Path):
    run(
        "registry",
        "import",
        str(
            write_registry(
                tmp_path / "registry",
                "sl,青石县水利局,department,county,990102,,p1,,,,",
                "jy,青石县教育局,department,county,990102,,p1,,,,",
            )
        ),
    )
    rng = Random(7)
    path = tmp_path / "r.txt"
    text = render_text("青石县教育局", 2023, random_figures(rng, Profile.random(rng)), rng=rng)
    path.write_text(text, encoding="utf-8")
    run("ingest", str(path), "--agency", "sl", "--published", "2024-01-20")
    line = next(x for x in run("status", "--year", "2023", "--json").lines if x["agency"] == "sl")
    assert line["status"] == "unknown"
    assert line["flags"] == ["wrong_agency"]
    assert line["url"]


def test_as_of_replays_an_earlier_day(run: Run, report: Path, tmp_path: Path):
    run("registry", "import", str(write_registry(tmp_path / "registry")))
    run("ingest", str(report), "--agency", "sl", "--published", "2024-01-20")
    before = run("status", "--year", "2023", "--as-of", "2024-01-10", "--json").lines[0]
    after = run("status", "--year", "2023", "--as-of", "2024-01-20", "--json").lines[0]
    assert before["status"] == "not_due"
    assert after["status"] == "on_time"


@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "html"])
def test_audit_is_written_in_each_format(run: Run, report: Path, tmp_path: Path, form: str):
    run("registry", "import", str(write_registry(tmp_path / "registry")))
    run("ingest", str(report), "--agency", "sl", "--published", "2024-02-20")
    path = tmp_path / f"list.{form}"
    assert run("audit", "--year", "2023", "--format", form, "-o", str(path)).code == 0
    assert path.stat().st_size > 200
    if form == "csv":
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert any("逾期公开" in row for row in rows)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("status", "--year", "abc"), "--year"),
        (("status",), "--year"),
        (("nonsense",), "nonsense"),
        (("parse", "--bogus", "x"), "--bogus"),
        (("status", "--year", "2023", "--as-of", "soon"), "--as-of"),
        (("rules", "NO-SUCH"), "NO-SUCH"),
        (("registry", "import", "/nonexistent/folder"), "/nonexistent/folder"),
        (("crawl",), "registry import"),
        (("audit", "--year", "2023", "--format", "csv"), "-o"),
        (("audit", "--year", "2023", "-o", "list.exe"), "exe"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line(run: Run, words: tuple[str, ...], told: str):
    result = run(*words)
    assert result.code == 2
    assert told in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err


def test_a_clock_without_zone_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NIANBAO_NOW", "2024-02-01T09:00:00")
    result = run("status", "--year", "2023")
    assert result.code == 2
    assert "NIANBAO_NOW" in result.err


def test_a_folder_that_is_not_the_demos_is_left_alone(run: Run, tmp_path: Path):
    precious = tmp_path / "data" / "demo" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("keep", encoding="utf-8")
    assert run("demo").code == 2
    assert precious.read_text(encoding="utf-8") == "keep"


def test_global_options_may_stand_anywhere():
    words = ["status", "--db", "sqlite://", "--year", "2023", "--data=x", "--", "--db"]
    assert hoist(words) == [
        "--db",
        "sqlite://",
        "--data=x",
        "status",
        "--year",
        "2023",
        "--",
        "--db",
    ]


def test_every_command_is_documented():
    from monitor.cli import app

    text = (Path(__file__).parents[3] / "docs" / "contract.md").read_text(encoding="utf-8")
    names = [c.name for c in app.registered_commands] + [g.name for g in app.registered_groups]
    assert len(names) >= 14
    assert [n for n in names if f"`nianbao {n}" not in text] == []
