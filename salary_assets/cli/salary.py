"""`evaluate` and `predict`: the frozen tests on given items, and pay ranges for requests or items."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from salary_assets.cli.common import Failed, home_option, out_option, stderr, write_json, write_lines
from salary_assets.storage import Settings

if TYPE_CHECKING:
    import pandas as pd

    from salary_assets.salary.bundle import Bundle
    from salary_assets.salary.items import Items, Posts

TESTS = ("random", "employer", "time")
MODELS = ("ours", "ours_profile", "catboost", "forest", "ridge", "cells", "median")


@click.command()
@click.option(
    "--items",
    "files",
    required=True,
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines (plain or .gz) of hh items or posts, or a registered site's table; give it once per file.",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="More items that may train but are never tested; give it once per file.",
)
@click.option("--test", "tests", required=True, multiple=True, type=click.Choice(TESTS), help="May be repeated.")
@click.option("--model", "models", multiple=True, default=("ours",), type=click.Choice(MODELS), show_default=True)
@click.option(
    "--folds",
    default=5,
    show_default=True,
    type=click.IntRange(1),
    help="How many of the five parts of a test to test on.",
)
@click.option(
    "--trials",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Tuning trials on the training rows of each part.",
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0))
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1))
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write id, y, y_hat, lower, upper of every test row here, one JSON object a line.",
)
@out_option
@home_option
def evaluate(
    files: tuple[Path, ...],
    also: tuple[Path, ...],
    tests: tuple[str, ...],
    models: tuple[str, ...],
    folds: int,
    trials: int,
    seed: int,
    threads: int,
    predictions: Path | None,
    out: Path | None,
    settings: Settings,
) -> None:
    """Train and test by the frozen protocol on these items alone.

    Tests: random (by near-duplicate group), employer (employers that training never saw), time (the newest fifth,
    without repeats of older ads; one more row, named so, counts every post, as figures from elsewhere do).
    The figures come as JSON with 95 % bootstrap intervals; pay is net RUB a month, y the mean of the stated bounds.

    \b
    Example:
      salary-assets evaluate --items ads.jsonl.gz --test employer --model ours --model ridge
    """
    import pandas as pd

    from salary_assets.salary.evaluation import predict_test, score, score_every_post
    from salary_assets.salary.items import before_and_after, merge_posts
    from salary_assets.salary.settings import Hyperparameters
    from salary_assets.salary.splits import PROTOCOL, last_period_start, outer_splits, split_hash

    posts = _read([*files, *also], settings)
    items = merge_posts(posts, settings, stderr.print)
    frame, more = _tested(items, also)
    parameters = Hyperparameters()
    parts, touched = [], {}
    try:
        for test in tests:  # before anything is trained: a test that these ads cannot give costs no other its work
            touched[test] = split_hash(frame, outer_splits(frame, test, folds))
        for test in tests:
            for model in models:
                stderr.print(f"{test}: {model}")
                parts.append(predict_test(frame, test, model, parameters, folds, seed, threads, more, trials))
        answered = pd.concat(parts, ignore_index=True)
        scored = score(answered, frame, seed)
        if "time" in tests:
            stderr.print("time: every post, repeats counted")
            asked = posts.of_files({str(path) for path in files})
            earlier, later = before_and_after(posts, last_period_start(frame), asked, settings)
            counted = score_every_post(earlier.paid, later.paid, later.posts, models, parameters, seed, threads)
            scored = pd.concat([scored, counted], ignore_index=True)
    except ValueError as error:
        raise Failed(f"{', '.join(map(str, files))}: {error}") from error
    if predictions is not None:
        write_lines(_test_lines(answered, items, len(tests) * len(models) > 1), predictions)
    result = {
        "protocol": PROTOCOL,
        "unit": "RUB/month net",
        "ads_with_pay": len(frame),
        "published": _period(frame),
        "ads_that_only_train": 0 if more is None else len(more),
        "unreadable": len(items.bad),
        "test_rows": touched,
        "trials": trials,
        "parameters": None if trials else parameters.to_dict(),  # tuned: each part has its own
        "figures": _figures(scored),
    }
    write_json(result, out)


@click.command()
@click.option("--json", "request", help="One request as a JSON object.")
@click.option(
    "--items",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON lines of hh items or posts; the pay they state is ignored.",
)
@click.option(
    "--comparable", default=10, show_default=True, type=click.IntRange(0), help="How many comparable ads to show."
)
@out_option
@home_option
def predict(request: str | None, file: Path | None, comparable: int, out: Path | None, settings: Settings) -> None:
    """The pay range of one job, or of every ad in a file, from the served model.

    A request has title, position (hh.ru's profession), skills, grade (intern, junior, middle, senior, lead, chief),
    experience_years, region, work_format (remote, hybrid, office); a title or a position is enough. A file gives one
    object a line, {"id", "y_hat", "lower", "upper"}, in net RUB a month; nulls say why in "reason".

    \b
    Examples:
      salary-assets predict --json '{"title": "Python developer", "grade": "middle", "region": "Москва"}'
      salary-assets predict --items ads.jsonl --out ranges.jsonl
    """
    if (request is None) == (file is None):
        raise click.UsageError("give either --json or --items")
    bundle = _served(settings)
    if file is not None:
        from salary_assets.salary.items import merge_posts

        write_lines(_item_lines(bundle, merge_posts(_read([file], settings), settings, stderr.print)), out)
        return
    from salary_assets.salary.requests import BadRequest

    try:
        asked = json.loads(request or "")
        if not isinstance(asked, dict):
            raise click.UsageError('--json must be an object, like {"title": "Python developer"}')
        (estimate,) = bundle.predict([asked], comparable=max(comparable, 1), explain=True)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"--json is not JSON: {error}") from error
    except BadRequest as error:
        raise click.UsageError(str(error)) from error
    write_json(replace(estimate, comparable=estimate.comparable[:comparable]).to_dict(), out)


def _read(files: list[Path], settings: Settings) -> Posts:
    from salary_assets.salary.items import NoItems, read_posts
    from salary_assets.storage.clock import now

    try:
        posts = read_posts(files, settings, now(), stderr.print)
    except (NoItems, OSError) as error:
        raise Failed(str(error)) from error
    for reason in posts.bad[:5]:
        stderr.print(f"not used: {reason}")
    if len(posts.bad) > 5:
        stderr.print(f"not used: {len(posts.bad) - 5} more records")
    return posts


def _tested(items: Items, also: tuple[Path, ...]) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The ads that are tested, and those that only train."""
    if not also:
        return items.paid, None
    training = {str(path) for path in also}
    tested = {items.vacancy_of.get(line["posting_id"]) for line in items.lines if line["file"] not in training}
    paid = items.paid
    inside = paid["vacancy_id"].isin([vacancy for vacancy in tested if vacancy is not None])
    return paid[inside].reset_index(drop=True), paid[~inside].reset_index(drop=True)


def _served(settings: Settings) -> Bundle:
    from salary_assets.salary.bundle import DamagedBundle
    from salary_assets.salary.promotion import load_served

    try:
        return load_served(settings.models)
    except (FileNotFoundError, DamagedBundle) as error:
        raise Failed(str(error)) from error


def _item_lines(bundle: Bundle, items: Items) -> list[dict[str, Any]]:
    estimates = bundle.predict_ads(items.inputs)
    rows = {vacancy: row for row, vacancy in enumerate(items.inputs["vacancy_id"])}
    lines = []
    for line in items.lines:
        ids = _ids(line)
        row = rows.get(items.vacancy_of.get(line["posting_id"], ""))
        if row is None:
            nothing = {"y_hat": None, "lower": None, "upper": None}
            lines.append({**ids, **nothing, "reason": "not an offer of work, or it could not be read"})
            continue
        answer = {name: round(float(getattr(estimates, name)[row])) for name in ("y_hat", "lower", "upper")}
        lines.append({**ids, **answer})
    return lines


def _test_lines(answered: pd.DataFrame, items: Items, several: bool) -> list[dict[str, Any]]:
    """One line per test row; test and model are named only where there are several."""
    known = {line["posting_id"]: line for line in items.lines}
    lines = []
    for row in answered.to_dict("records"):
        line = _ids(known[row["vacancy_id"]])
        if several:
            line |= {"test": row["test"], "model": row["model"]}
        lines.append(line | {name: _number(row[name], 2) for name in ("y", "y_hat", "lower", "upper")})
    return lines


def _ids(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in ("channel", "id") if name in line}


def _period(frame: pd.DataFrame) -> list[str]:
    """Months of the oldest and of the newest tested ad."""
    return [str(frame["month"].min()), str(frame["month"].max())]


def _figures(scored: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of the evaluation, one object per test, model and slice."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in scored.to_dict("records"):
        key = (row["test"], row["model"], row["slice"])
        entry = found.setdefault(key, {"test": key[0], "model": key[1], "slice": key[2], "rows": row["rows"]})
        entry[row["metric"]] = {end: _number(row[end], 4) for end in ("value", "low", "high")}
    return sorted(found.values(), key=lambda one: (one["slice"] != "all", one["test"], one["model"], one["slice"]))


def _number(value: float, digits: int) -> float | None:
    return None if math.isnan(value) else round(float(value), digits)
