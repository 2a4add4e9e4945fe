"""What an answer is worth to a person who says only part of what an ad says.

    python -m benchmarks.requests [--items ads.jsonl.gz] [--also more.jsonl.gz] [--test employer] [--folds 1]

The same ads are asked about by their profession or title alone, with the place, with experience and skills as well.
Beside the model that answers requests: the same one learned from whole ads alone, and an untuned ridge on words and
codes. Ads of --also only train. Without --items: the generated sample market.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import ads_parser, sample_items, tested
from salary_assets.salary.baselines import ridge
from salary_assets.salary.evaluation import allowed
from salary_assets.salary.inputs import from_frame
from salary_assets.salary.items import read_items
from salary_assets.salary.metrics import figures
from salary_assets.salary.model import PROFILE, Variant, fit
from salary_assets.salary.partial import PARTS, left_out, without
from salary_assets.salary.splits import employer_or_group, outer_splits
from salary_assets.salary.target import stated_pay
from salary_assets.storage import load_settings
from salary_assets.storage.clock import now

ASKED = {
    "profession": ("position",),
    "profession, place": ("position", "place"),
    "profession, place, experience, skills": ("position", "place", "experience", "skills"),
    "title": ("title",),
    "title, place": ("title", "place"),
    "title, place, grade": ("title", "place", "position", "grade"),
    "title, place, experience": ("title", "place", "experience"),
    "title, place, skills": ("title", "place", "skills"),
    "title, place, experience, skills": ("title", "place", "experience", "skills"),
    "everything": tuple(PARTS),
}
SHOWN = ("r2_log", "log_mae", "median_ape", "coverage_80", "width_80")
NOT_ASKED = ("text", "roles_raw", "specializations_raw", "job_cluster_id", "schedule_raw", "employment", "employer_key")
"""Columns that no request has; the ridge must not learn from them either."""

Answer = Callable[[pd.DataFrame], pd.DataFrame]
"""Rows that are asked about -> columns y_hat, lower, upper, RUB/month net."""


def main() -> None:
    arguments = ads_parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.items or [sample_items(Path(folder))]
        items = read_items([*files, *arguments.also], load_settings(None), now(), _say)
    table = asked_in_part(items.paid, tested(items, files), arguments.test, arguments.folds)
    print(table.round(4).to_string(index=False))


def asked_in_part(paid: pd.DataFrame, asked: pd.Series, test_name: str, folds: int) -> pd.DataFrame:
    """Columns asked, model, rows, bias (mean log error) and SHOWN. asked: rows that may be tested."""
    whole, others = paid[asked].reset_index(drop=True), paid[~asked]
    splits = outer_splits(whole, test_name, folds)
    parts: dict[tuple[str, str], list[pd.DataFrame]] = {}
    for split in splits:
        test = whole.iloc[split.test]
        train = pd.concat([whole.iloc[split.train], allowed(others, test, test_name)], ignore_index=True)
        for name, learn in LEARNERS.items():
            _say(f"{test_name}, part {split.fold}: {name}")
            answer = learn(train)
            for what, given in ASKED.items():
                parts.setdefault((what, name), []).append(answer(left_out(test, set(PARTS) - set(given))))
    rows = whole.iloc[[row for split in splits for row in split.test]]
    clusters = (employer_or_group(rows) if test_name == "employer" else rows["group"]).tolist()
    table = []
    for (what, name), answers in parts.items():
        predictions = pd.concat(answers, ignore_index=True).assign(y=stated_pay(rows))
        found = figures(predictions, clusters)
        bias = float(np.log(predictions["y_hat"] / predictions["y"]).mean())
        table.append(
            {"asked": what, "model": name, "rows": len(rows), "bias": bias} | {m: found[m].value for m in SHOWN}
        )
    return pd.DataFrame(table)


def _ours(variant: Variant) -> Callable[[pd.DataFrame], Answer]:
    def learn(train: pd.DataFrame) -> Answer:
        model = fit(train, variant=variant)

        def answer(asked: pd.DataFrame) -> pd.DataFrame:
            found = model.predict(from_frame(asked))
            return pd.DataFrame({"y_hat": found.y_hat, "lower": found.lower, "upper": found.upper})

        return answer

    return learn


def _ridge(train: pd.DataFrame) -> Answer:
    """It states no range."""

    def answer(asked: pd.DataFrame) -> pd.DataFrame:
        log = ridge(without(train, NOT_ASKED), without(asked, NOT_ASKED), 0, 2)
        return pd.DataFrame({"y_hat": np.exp(log), "lower": np.nan, "upper": np.nan})

    return answer


LEARNERS = {
    "ours": _ours(PROFILE),
    "ours, from whole ads alone": _ours(replace(PROFILE, in_part=False)),
    "ridge": _ridge,
}


def _say(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
