"""The pay parser on lines of our own writing: data/pay_golden.tsv, one line each, easy to add to."""

from __future__ import annotations

import pytest

from salary_assets.money import parse_pay
from salary_assets_tests.money.golden import GoldenLine, golden_lines, offers_of

LINES = golden_lines()


@pytest.mark.parametrize("line", LINES, ids=[f"line-{line.number}" for line in LINES])
def test_a_golden_line_is_read_as_written_down(line: GoldenLine) -> None:
    reading = parse_pay(line.text)

    assert offers_of(reading) == line.offers
    assert (reading.reason or "") == line.reason


def test_there_are_golden_lines_enough_and_none_twice() -> None:
    texts = [line.text for line in LINES]

    assert len(texts) >= 400
    assert len(set(texts)) == len(texts)
    assert sum(bool(line.reason) for line in LINES) >= 50
