"""Accuracy, ranges, time and memory of the pay model beside random forest and ridge, in the same run.

    python -m benchmarks.model [--items ads.jsonl.gz] [--also more.jsonl.gz] [--test employer] [--folds 1]
                               [--model ours]
    python -m benchmarks.model [--items ads.jsonl.gz] --cost [--rows 55000]

The first form trains and tests by the frozen protocol; test time has one more row per model that counts every post,
as figures from elsewhere are counted. The second trains both variants for serving on as many rows as
asked (repeating the ads where there are fewer, each repeat as a group and an employer of its own), tunes one trial,
writes a bundle, loads it cold in a new process and measures single answers and 10 000 at once. Without --items: the
generated sample market. CPU seconds are those of this process on two threads; wall time depends on what else the
machine does.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import ads_parser, peak_mib, sample_items
from salary_assets.salary.bundle import write_bundle
from salary_assets.salary.evaluation import EVERY_POST, predict_test, score_every_post
from salary_assets.salary.evaluation import MODELS as LADDER
from salary_assets.salary.items import Items, before_and_after, merge_posts, read_posts
from salary_assets.salary.metrics import POINT_METRICS, RANGE_METRICS, figures
from salary_assets.salary.model import AD, PROFILE, fit
from salary_assets.salary.splits import employer_or_group, last_period_start
from salary_assets.salary.tuning import tune
from salary_assets.storage import load_settings
from salary_assets.storage.clock import now
from salary_assets.storage.schemas import ModelEvaluation, SkillAliases

MODELS = ("ours", "ridge", "forest")
METRICS = (*POINT_METRICS, *RANGE_METRICS)
SERVE = """
import json, statistics, sys, time
from pathlib import Path

def spent(work):
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall

began = time.perf_counter()
from salary_assets.salary.bundle import load_bundle
import catboost
times = {"imports": (time.process_time(), time.perf_counter() - began)}
loaded = []
times["load"] = spent(lambda: loaded.append(load_bundle(Path(sys.argv[1]))))
bundle = loaded[0]
asked = json.loads(Path(sys.argv[2]).read_text())
for comparable in (0, 10):
    each = [spent(lambda: bundle.predict([one], comparable)) for one in asked[:int(sys.argv[3])]]
    times[str(comparable)] = [statistics.median(values) for values in zip(*each)]
times["many"] = spent(lambda: bundle.predict(asked, 0))
print(json.dumps(times))
"""
"""What a service does, in a process that does nothing else: load a bundle, answer one by one, answer many."""

SINGLES = 200
MANY = 10_000


def main() -> None:
    parser = ads_parser(__doc__)
    parser.add_argument("--model", action="append", choices=LADDER, help="may be repeated; three of them without it")
    parser.add_argument("--cost", action="store_true")
    parser.add_argument("--rows", type=int, default=55_000)
    arguments = parser.parse_args()
    settings = load_settings(None)
    with tempfile.TemporaryDirectory() as folder:
        files = arguments.items or [sample_items(Path(folder))]
        posts = read_posts([*files, *arguments.also], settings, now(), lambda step: print(step, file=sys.stderr))
    items = merge_posts(posts, settings)
    models = tuple(arguments.model or MODELS)
    if arguments.cost:
        _cost(repeated(items.paid, arguments.rows))
        return
    frame = _accuracy(items, {str(path) for path in arguments.also}, arguments.test, arguments.folds, models)
    if arguments.test == "time":
        asked = posts.of_files({str(path) for path in files})
        _every_post(*before_and_after(posts, last_period_start(frame), asked, settings), models)


def repeated(frame: pd.DataFrame, rows: int) -> pd.DataFrame:
    """The training set again and again until it has `rows` rows; no two copies share a group or an employer."""
    copies = []
    for number in range(-(-rows // len(frame))):
        copy = frame.copy()
        for name in ("vacancy_id", "group", "employer_key"):
            copy[name] = copy[name] + (f" copy {number}" if number else "")
        copies.append(copy)
    return pd.concat(copies, ignore_index=True).head(rows)


def _accuracy(items: Items, also: set[str], test: str, folds: int, models: Sequence[str]) -> pd.DataFrame:
    paid = items.paid
    only = {items.vacancy_of.get(line["posting_id"]) for line in items.lines if line["file"] not in also}
    inside = paid["vacancy_id"].isin([one for one in only if one is not None])
    frame, more = paid[inside].reset_index(drop=True), paid[~inside].reset_index(drop=True)
    print(f"{len(frame)} ads with pay, {len(more)} more to learn from, test {test}, {folds} of 5 parts")
    print(f"{'model':14}" + "".join(f"{name:>14}" for name in (*METRICS, "cpu, s", "wall, s")))
    for model in models:
        cpu, wall = time.process_time(), time.perf_counter()
        answered = predict_test(frame, test, model, folds=folds, also=more if len(more) else None)
        spent = (time.process_time() - cpu, time.perf_counter() - wall)
        ads = frame.set_index("vacancy_id", drop=False).loc[answered["vacancy_id"]]
        clusters = employer_or_group(ads) if test == "employer" else ads["group"]
        found = figures(answered, clusters.tolist())
        cells = _cells({name: found[name].value for name in METRICS})
        print(f"{model:14}{cells}" + "".join(f"{seconds:14.1f}" for seconds in spent), flush=True)
    return frame


def _every_post(earlier: Items, later: Items, models: Sequence[str]) -> None:
    known, asked = earlier.paid, later.paid
    print(f"{EVERY_POST}: {int(later.posts.loc[asked['vacancy_id']].sum())} posts, {len(known)} ads to learn from")
    for model in models:
        table = score_every_post(known, asked, later.posts, (model,)).set_index("metric")["value"]
        print(f"{model:14}{_cells({str(name): float(value) for name, value in table.items()})}", flush=True)


def _cells(found: Mapping[str, float]) -> str:
    return "".join(f"{found[name]:14.0f}" if name == "mae" else f"{found[name]:14.3f}" for name in METRICS)


def _cost(frame: pd.DataFrame) -> None:
    print(f"training set of {len(frame)} rows, {frame['employer_key'].nunique()} employers")
    ad = _timed("train with employer and body", lambda: fit(frame, variant=AD))
    profile = _timed("train without, for resumes", lambda: fit(frame, variant=PROFILE))
    print(f"{'peak memory':32}{peak_mib() / 1024:10.2f} GiB")
    _timed("one tuning trial", lambda: tune(frame, 1))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "bundle"
        nothing = (SkillAliases.no_rows(), ModelEvaluation.no_rows())
        manifest = _timed("write bundle", lambda: write_bundle(folder, "b", now(), ad, profile, frame, *nothing, ""))
        print(f"{'bundle':32}{sum(one['bytes'] for one in manifest['files'].values()) / 1e6:10.1f} MB")
        asked = [
            {"title": title, "region": city, "experience_years": 2}
            for title, city in zip(frame["title"].head(MANY), frame["city"].fillna("").head(MANY), strict=True)
            if title.strip()
        ]
        requests = Path(temporary) / "requests.json"
        requests.write_text(json.dumps(asked), encoding="utf-8")
        command = [sys.executable, "-c", SERVE, str(folder), str(requests), str(SINGLES)]
        served = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    _print("imports of a new process", served["imports"], "s")
    _print("cold load after them", served["load"], "s")
    for comparable in (0, 10):
        _print(f"one answer, {comparable} neighbours, p50", [1e3 * one for one in served[str(comparable)]], "ms")
    _print(f"{len(asked)} answers at once", served["many"], "s")


def _print(name: str, spent: Sequence[float], unit: str) -> None:
    cpu, wall = spent
    print(f"{name:32}{cpu:10.2f} {unit} cpu {wall:9.2f} {unit} wall", flush=True)


def _timed(name: str, work: Callable[[], Any]) -> Any:
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    _print(name, (time.process_time() - cpu, time.perf_counter() - wall), "s")
    return result


if __name__ == "__main__":
    main()
