"""changes and triage as their users call them."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from spiders.samples.figures import Figures, Profile, random_figures
from spiders.samples.reports import render_html
from tests.monitor.commands.calling import Run, write_registry


def write(path: Path, year: int, figures: Figures) -> Path:
    html = render_html("青石县水利局", year, figures, rng=Random(year))
    path.write_text(html, encoding="utf-8")
    return path


@pytest.fixture
def ready(tmp_path: Path, run: Run) -> Run:
    """Two years, the later one published twice with another figure, judged."""
    folder = write_registry(
        tmp_path / "reg", "qs,青石县水利局,department,county,411001,,p-1,,,,",
        portals="- {id: p-1, url: 'http://127.0.0.1:9/'}\n",
    )  # fmt: skip
    assert run("registry", "import", str(folder)).code == 0
    first, second = (random_figures(Random(n), Profile.random(Random(n))) for n in (5, 6))
    url = "http://127.0.0.1:9/nb/2023.html"
    steps = [
        (2022, first, "http://127.0.0.1:9/nb/2022.html"),
        (2023, first, url),
        (2023, second, url),
    ]
    for n, (year, figures, address) in enumerate(steps):
        file = write(tmp_path / f"{n}.html", year, figures)
        done = run(
            "ingest", str(file), "--agency", "qs", "--year", str(year),
            "--published", f"{year + 1}-01-20", "--url", address,
        )  # fmt: skip
        assert done.code == 0, done.err
    assert run("judge").code == 0
    return run


def test_changes(ready: Run) -> None:
    found = ready("changes", "--year", "2023", "--json").lines
    kinds = {c["kind"] for c in found}
    assert kinds == {"revision", "year_over_year"}
    for change in found:
        if isinstance(change["before"], int) and isinstance(change["after"], int):
            assert change["delta"] == change["after"] - change["before"]
        assert change["before"] != change["after"] or change["delta"] is None
        assert change["against"] == 2022 or change["kind"] == "revision"
    revised = {c["path"]: c["after"] for c in found if c["kind"] == "revision"}
    against = {c["path"]: c["after"] for c in found if c["kind"] == "year_over_year"}
    # The year before showed the same figures as the first content did.
    cells = {path: after for path, after in revised.items() if path.startswith("table")}
    assert cells and cells.items() <= against.items()
    whole = ready("changes", "--year", "2023", "--kind", "year_over_year", "--all", "--json")
    assert len(whole.lines) == 200
    assert ready("changes", "--year", "2023", "--agency", "other", "--json").out == ""
    assert "公开后改动" in ready("changes", "--kind", "revision").out


def test_triage(ready: Run) -> None:
    def states() -> dict[str, str]:
        return {f["rule"]: f["state"] for f in ready("findings", "--year", "2023", "--json").lines}

    assert states()["D-CHANGED"] == "open"
    asked = ["--agency", "qs", "--year", "2023", "--rule", "D-CHANGED", "--by", "李四"]
    told = ready("triage", "dismiss", *asked, "--reason", "已更正说明", "--json")
    (finding,) = told.lines
    assert finding["triage"]["by"] == "李四" and finding["state"] == "dismissed"
    assert "D-CHANGED" not in states()
    assert ready("judge").code == 0
    assert "D-CHANGED" not in states()
    assert ready("triage", "reopen", str(finding["id"]), "--by", "李四").code == 0
    assert states()["D-CHANGED"] == "open"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dismiss", "1", "--by", "李四"), "--reason"),
        (("acknowledge", "1"), "--by"),
        (("forget", "1", "--by", "李四"), "forget"),
        (("acknowledge", "--by", "李四"), "--agency"),
        (("acknowledge", "99999", "--by", "李四"), "99999"),
        (("acknowledge", "--by", "x", "--agency", "qs", "--year", "2023", "--rule", "X"), "没有规则 X"),
    ],
)  # fmt: skip
def test_wrong_use_of_triage(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run("triage", *words)
    assert done.code == 2
    assert said in done.err and len(done.err.splitlines()) == 1


def test_score(ready: Run) -> None:
    (found,) = ready("score", "--year", "2023", "--json").lines
    assert found["score"] == 100 - sum(x["points"] for x in found["lines"])
    assert {"D-CHANGED"} <= {x["rule"] for x in found["lines"]}
    (local,) = ready("score", "--year", "2023", "--profile", "licheng", "--json").lines
    assert (local["score"], local["full"]) == (10, 10)
    kept = ready("score", "--year", "2023", "--agency", "qs", "--history", "--json").lines[-1]
    assert kept["score"] == found["score"] and kept["at"]
    assert "D-CHANGED" in ready("score", "--year", "2023", "--agency", "qs").out
    assert ready("score", "--year", "2023", "--profile", "none").code == 2
    assert ready("score", "--year", "2023", "--history").code == 2


def test_changes_of_nothing(run: Run) -> None:
    done = run("changes", "--json")
    assert (done.code, done.out) == (0, "")
    json.dumps(done.lines)
