"""Benchmarks: each prints its figures beside a baseline of the same run."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from salary_assets.salary.items import Items


def ads_parser(description: str | None) -> argparse.ArgumentParser:
    """Options of a benchmark that tests on files of ads, with others that only train."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, action="append", default=[])
    parser.add_argument("--also", type=Path, action="append", default=[])
    parser.add_argument("--test", default="employer", choices=("random", "employer", "time"))
    parser.add_argument("--folds", type=int, default=1)
    return parser


def tested(items: Items, files: Iterable[Path]) -> pd.Series:
    """Which paid ads are of these files (mask of `items.paid`): they may be tested, the others only train."""
    asked = {str(path) for path in files}
    inside = {items.vacancy_of.get(line["posting_id"], "") for line in items.lines if line["file"] in asked}
    return items.paid["vacancy_id"].isin(inside)


def peak_mib() -> float:
    """Peak memory of this process; `ru_maxrss` would begin with the peak of the parent that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def sample_items(folder: Path) -> Path:
    """Items of hh.ru of the generated sample market, written into `folder`: for a benchmark that is given no file."""
    # Imported here: whatever is imported counts in the peak of the benchmarks that measure it.
    from salary_assets.sample import write_sample
    from salary_assets.sample.write import HH_FILE

    write_sample(folder / "sample")
    return folder / "sample" / HH_FILE
