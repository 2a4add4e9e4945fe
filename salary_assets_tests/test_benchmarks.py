"""`make bench` runs every benchmark by itself: none may ask for a file that a reader has not."""

from __future__ import annotations

import re
import sys

import pytest

from benchmarks import ablations, model, requests


@pytest.mark.parametrize("benchmark", [ablations, model, requests])
def test_a_benchmark_needs_no_argument(
    benchmark: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", "--help"])
    with pytest.raises(SystemExit):
        benchmark.main()  # type: ignore[attr-defined]
    usage = capsys.readouterr().out.split("\n\n")[0]
    assert "--items" in usage
    assert "--" not in re.sub(r"\[[^\]]*\]", "", usage)
