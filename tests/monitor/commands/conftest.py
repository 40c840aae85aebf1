"""Calls of the program in this process, in a folder of their own."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from monitor.cli import main
from spiders.samples.figures import Profile, random_figures
from spiders.samples.reports import render_html
from tests.monitor.commands.calling import Result, Run


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("NIANBAO_NOW", "2024-04-10T09:00:00+08:00")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["--data", str(tmp_path / "data"), *words])
        captured = capsys.readouterr()
        return Result(int(stop.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def report(tmp_path: Path) -> Path:
    rng = Random(5)
    figures = random_figures(rng, Profile.random(rng))
    path = tmp_path / "report.html"
    path.write_text(render_html("青石县水利局", 2023, figures, rng=rng), encoding="utf-8")
    return path
