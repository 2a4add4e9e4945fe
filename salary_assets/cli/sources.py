"""`salary-assets sources`: the registry of feeds."""

from __future__ import annotations

import click

from salary_assets.cli.common import Failed, home_option, write_json
from salary_assets.sources import RegistryError, archive, load_registry
from salary_assets.storage import Settings


@click.group()
def sources() -> None:
    """The feeds of ads: which there are.

    \b
    salary-assets sources list
    """


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: a list of feeds.")
@home_option
def list_(as_json: bool, settings: Settings) -> None:
    """The registry: slug, format, first month, whether it is live, months held by history files.

    \b
    salary-assets sources list --json | jq -r '.[].slug'
    """
    try:
        registry = load_registry(settings)
    except RegistryError as error:
        raise Failed(str(error)) from error
    rows = [
        {
            "slug": feed.slug,
            "title": feed.title,
            "format": feed.format,
            "since": feed.since,
            "live": feed.live,
            "enabled": feed.enabled,
            "sample": feed.sample,
            "archive_rows": sum(archive.months_of(settings, feed.slug).values()),
        }
        for feed in sorted(registry.feeds.values(), key=lambda feed: feed.slug)
    ]
    if as_json:
        write_json(rows, None)
        return
    click.echo(f"{'SOURCE':<24}{'FORMAT':<14}{'SINCE':<9}{'LIVE':<6}{'IN HISTORY FILES':>17}  TITLE")
    for row in rows:
        state = "off" if not row["enabled"] else "yes" if row["live"] else "-"
        line = (
            f"{row['slug']:<24}{row['format']:<14}{row['since']:<9}{state:<6}{row['archive_rows']:>17}  {row['title']}"
        )
        click.echo(line + (" [sample]" if row["sample"] else ""))
