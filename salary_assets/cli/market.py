"""`dedupe`, `explain-pay`, `report`: what the market tables hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from salary_assets.cli.common import (
    Failed,
    home_option,
    out_option,
    progress,
    read_lines,
    stderr,
    write_file,
    write_json,
    write_lines,
)
from salary_assets.storage import Settings, TableStore, clock


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@out_option
def dedupe(file: Path, out: Path | None) -> None:
    """Group the ads of a file: which are one job, however often it is advertised. Pay plays no part.

    FILE holds JSON lines (plain or .gz): items of api.hh.ru in list or detail shape, or posts {"channel", "id",
    "date", "text"}. One object a line comes out, in the same order: the id, the group's cluster_id, and how the ad
    repeats the fullest one of its group: itself, repeat, updated, cross_post, agency_copy. A line that is no ad gets
    null and the reason.

    \b
    Example:
      salary-assets dedupe items.jsonl.gz --out groups.jsonl
    """
    from salary_assets.labelling import label_postings
    from salary_assets.market import postings_of
    from salary_assets.postings import near_duplicates

    items = read_lines(file)
    ads = postings_of(items, clock.now())
    postings = ads.postings
    untitled = postings["title"].isna()
    with progress("Reading titles of posts", int(untitled.sum())) as advance:
        if untitled.any():
            titles = label_postings(postings[untitled]).set_index("posting_id")["title"]
            postings["title"] = postings["title"].fillna(postings["posting_id"].map(titles))
        advance(int(untitled.sum()))
    found = near_duplicates(postings).set_index("posting_id")
    groups = found[["cluster_id", "kind"]].to_dict("index")
    lines = []
    seen: set[str] = set()
    for number, (item, posting_id) in enumerate(zip(items, ads.posting_ids, strict=True)):
        line: dict[str, Any] = {key: item[key] for key in ("channel", "id") if key in item}
        if posting_id is None:
            line |= {"cluster_id": None, "kind": None, "reason": ads.reasons.get(number)}
        else:
            kind = "repeat" if posting_id in seen else groups[posting_id]["kind"]
            line |= {"cluster_id": groups[posting_id]["cluster_id"], "kind": kind}
            seen.add(posting_id)
        lines.append(line)
    write_lines(lines, out)


@click.command("explain-pay")
@click.argument("posting_id")
@click.option("--json", "as_json", is_flag=True, help="The steps as JSON.")
@home_option
def explain_pay(posting_id: str, as_json: bool, settings: Settings) -> None:
    """Explain the pay of an ad: each step from what it states to net roubles a month, or why it has none.

    POSTING_ID is `source/native id`, of any ad that was merged into a vacancy.

    \b
    Example:
      salary-assets explain-pay hh/48615632
    """
    from salary_assets.money import explain_steps

    row = _vacancy_of(settings, posting_id)
    steps = json.loads(row["pay_steps"])
    if as_json:
        published = row["published_at"].isoformat()
        write_json({"posting_id": posting_id, **row, "published_at": published, "pay_steps": steps}, None)
        return
    if row["vacancy_id"] != posting_id:
        sys.stdout.write(f"{posting_id} is merged into vacancy {row['vacancy_id']} ({row['n_postings']} ads).\n")
    day = row["published_at"].astimezone(clock.MOSCOW)
    sys.stdout.write(f"{row['title'] or 'No title'}, published {day:%Y-%m-%d}\n")
    for number, sentence in enumerate(explain_steps(steps), start=1):
        sys.stdout.write(f"{number}. {sentence}\n")


def _vacancy_of(settings: Settings, posting_id: str) -> dict[str, Any]:
    """The vacancy that an ad was merged into. Raises Failed with what is known of the ad where there is none."""
    from salary_assets.storage.schemas import LabelledPostings, Vacancies
    from salary_assets.storage.store import MissingPart

    store = TableStore(settings.tables_url)
    shown = ["vacancy_id", "title", "published_at", "n_postings", "pay_lower", "pay_upper", "pay_status", "pay_steps"]
    try:
        vacancies = store.read(Vacancies, columns=[*shown, "members"])
    except MissingPart as error:
        raise Failed(f"{error} (salary-assets refresh)") from error
    holds = [any(member["posting_id"] == posting_id for member in members) for members in vacancies["members"]]
    found = Vacancies.records(vacancies.loc[holds, shown])
    if found:
        return found[0]
    try:
        labels = store.read(LabelledPostings, columns=["posting_id", "kind"])
        kinds = labels.loc[labels["posting_id"] == posting_id, "kind"].tolist()
    except MissingPart:
        kinds = []
    if not kinds:
        raise Failed(f"no ad {posting_id} under {settings.home}: ids are `source/native id`, like hh/48615632")
    if kinds[0] == "vacancy":
        raise Failed(f"{posting_id} is not in the market tables yet: run salary-assets refresh")
    raise Failed(f"{posting_id} is labelled `{kinds[0]}`, not a vacancy, and is left out of the market tables")


@click.command()
@click.option("--open", "open_page", is_flag=True, help="Open the page in a browser.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: <home>/reports/market.html.")
@home_option
def report(open_page: bool, out: Path | None, settings: Settings) -> None:
    """Write the market report: one self-contained page in Russian and English, from the table of vacancies.

    The figures of the page are those of table market_report. The path is printed.

    \b
    Example:
      salary-assets report --open
    """
    from salary_assets.market import step_counts
    from salary_assets.reports import market_figures, render_market_report
    from salary_assets.storage.schemas import LabelledPostings, MappedSkills, MarketReport, Vacancies
    from salary_assets.storage.store import MissingPart

    store = TableStore(settings.tables_url)
    try:
        figures = store.read(MarketReport)
    except MissingPart:
        try:
            vacancies = store.read(Vacancies)
            labels = store.read(LabelledPostings, columns=["posting_id", "published_at", "kind"])
            mapped = store.read(MappedSkills) if store.manifest(MappedSkills) else None
            figures = market_figures(vacancies, step_counts(labels, vacancies), mapped)
        except MissingPart as error:
            raise Failed(f"{error} (salary-assets refresh)") from error
    stderr.print("Drawing the page")
    page = out or settings.reports / "market.html"
    write_file(render_market_report(figures), page)
    sys.stdout.write(f"{page}\n")
    if open_page:
        click.launch(str(page))
