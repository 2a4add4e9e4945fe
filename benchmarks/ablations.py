"""What each input is worth, and what the protocol of earlier work is worth, on given ads.

    python -m benchmarks.ablations [--items ads.jsonl.gz] [--also more.jsonl.gz] [--test employer] [--folds 1]
                                   [--variant profile]
    python -m benchmarks.ablations [--items ads.jsonl.gz] --earlier

The first form hides one input at a time and tests again on the same rows; ads of --also only train; `profile` is the
model for resumes, which knows no employer and no text. The second reproduces the earlier protocol (ten professions,
trimmed by pay, random rows, chosen on the test) with and without its grade leak, beside ours. Without --items: the
generated sample market.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks import ads_parser, sample_items, tested
from salary_assets.salary.ablations import ablate, ablated
from salary_assets.salary.earlier import earlier_table
from salary_assets.salary.items import read_items
from salary_assets.salary.model import VARIANTS
from salary_assets.storage import load_settings
from salary_assets.storage.clock import now


def main() -> None:
    parser = ads_parser(__doc__)
    parser.add_argument("--variant", default="ad", choices=sorted(VARIANTS))
    parser.add_argument("--only", action="append", help="names of ablations; all of them without it")
    parser.add_argument("--earlier", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.items or [sample_items(Path(folder))]
        items = read_items([*files, *arguments.also], load_settings(None), now(), _say)
    if arguments.earlier:
        _show(earlier_table(items.paid))
        return
    frames = ablated(items.paid, items.spellings)
    if arguments.only:
        frames = {name: frame for name, frame in frames.items() if name in ("everything", *arguments.only)}
    asked, variant = tested(items, files).to_numpy(), VARIANTS[arguments.variant]
    _show(ablate(frames, arguments.test, folds=arguments.folds, progress=_say, tested=asked, variant=variant))


def _show(table: pd.DataFrame) -> None:
    with pd.option_context("display.max_columns", None, "display.width", 250):
        print(table.round(4).to_string(index=False))


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
