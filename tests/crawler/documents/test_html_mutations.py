"""Damaged and hostile inputs of every format: no exception, a known code, in time."""

from __future__ import annotations

import time

import pytest

from crawler.parsing.reading import read
from storage.domain import ParseFailure
from tests.crawler.documents.mutations import CODES, QUICK, SECONDS, mutated

COUNT = 50


@pytest.mark.parametrize("kind", QUICK)
def test_no_input_breaks_a_reader(kind: str) -> None:
    for name, data in mutated(kind, COUNT, seed=1):
        start = time.process_time()
        result = read(data).result
        assert time.process_time() - start < SECONDS, name
        if isinstance(result, ParseFailure):
            assert result.code.value in CODES
            # The net under the readers caught what they should have.
            assert "解析程序出错" not in result.message, name
