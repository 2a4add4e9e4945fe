"""`sample`: write the generated sample market."""

from __future__ import annotations

import click

from salary_assets.cli.common import home_option, progress, write_json
from salary_assets.storage import Settings


@click.command()
@home_option
@click.option("--seed", default=20261031, show_default=True, help="Another seed is another market.")
@click.option("--scale", default=1.0, show_default=True, help="Share of the full size: 0.1 writes about 690 ads.")
def sample(settings: Settings, seed: int, scale: float) -> None:
    """Write about 6 900 generated ads with known truth into HOME/sample.

    \b
    Three sources: hh.jsonl.gz (items of hh.ru's API), sample_jobs.jsonl.gz (a Telegram channel's dump),
    sample_board.csv.gz (a job site's table); truth.jsonl.gz and truth.json say what is really behind each ad
    and how well anyone could predict its pay. The same seed and scale always give the same bytes.

    \b
    Example:
      salary-assets sample --scale 0.1
    """
    from salary_assets.sample import write_sample

    if scale <= 0:
        raise click.BadParameter("must be positive", param_hint="--scale")
    with progress("sample market", total=1) as advance:
        document = write_sample(settings.sample, seed=seed, scale=scale)
        advance(1)
    records = {name: entry["records"] for name, entry in document["files"].items()}
    write_json({"folder": str(settings.sample), "records": records, "best_possible": document["best_possible"]}, None)
