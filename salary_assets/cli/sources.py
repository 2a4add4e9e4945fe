"""`salary-assets sources`: the registry of feeds, how each is doing, what is still to collect."""

from __future__ import annotations

from typing import Any

import click

from salary_assets import sources as domain
from salary_assets.cli.common import Failed, home_option, write_json
from salary_assets.sources import Feed, Registry, RegistryError, SourceHealth, UnknownFeed, archive
from salary_assets.storage import Settings, TableStore, clock

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document: a list.")


@click.group()
def sources() -> None:
    """The feeds of ads: which there are, how they are doing, what is still owed.

    \b
    salary-assets sources list
    salary-assets sources status            every enabled feed: its last run, and what is wrong
    salary-assets sources status hh --json  one feed, with fill rates per field
    salary-assets sources owed              months that could be collected and are not

    A feed is an entry of the registry; to add one, see docs/new-source.md.
    """


@sources.command("list")
@json_option
@home_option
def list_(as_json: bool, settings: Settings) -> None:
    """The registry: slug, format, first month, whether it is live, ads held by history files.

    \b
    salary-assets sources list --json | jq -r '.[].slug'
    """
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
        for feed in sorted(_registry(settings).feeds.values(), key=lambda feed: feed.slug)
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


@sources.command()
@click.argument("source", nargs=-1)
@json_option
@home_option
def status(source: tuple[str, ...], as_json: bool, settings: Settings) -> None:
    """How each SOURCE is doing (default: all enabled ones): its last run, months owed, and what is wrong.

    \b
    salary-assets sources status
    salary-assets sources status hh --json | jq '.[].fill'

    \b
    ADS       held in raw_ads, of all months, each changed one again
    REQ.      requests of the last run, retries included
    NEW CHANGED GONE QUAR.   ads that were new, changed, not there any more; records refused
    COMPLETE  ads listed / ads that the site says it has
    OWED      months that could be collected and are not: salary-assets sources owed

    Below a line stands what is wrong and what to do. A field whose fill rate fell to less than half of the usual (the
    14 days before) means that the site changed its answers.
    """
    store, now = TableStore(settings.tables_url), clock.now()
    states = [
        (domain.health(store, feed, now), domain.owed(settings, store, feed, now)) for feed in _chosen(settings, source)
    ]
    if as_json:
        write_json([state.as_dict() | {"owed": [one.month for one in owed]} for state, owed in states], None)
        return
    click.echo(
        f"{'SOURCE':<24}{'LAST RUN (UTC)':<18}{'STATUS':<9}{'ADS':>8}{'REQ.':>7}{'NEW':>8}{'CHANGED':>9}{'GONE':>7}"
        f"{'QUAR.':>7}{'COMPLETE':>10}{'OWED':>6}"
    )
    for state, owed in states:
        click.echo(_line(state, len(owed)))
        for problem in state.problems:
            click.echo(f"    {problem}")


@sources.command()
@click.argument("source", nargs=-1)
@json_option
@home_option
def owed(source: tuple[str, ...], as_json: bool, settings: Settings) -> None:
    """Months of each SOURCE (default: all enabled ones) that its site or history files hold and that are not collected.

    \b
    salary-assets sources owed tg_fordev
    salary-assets refresh --sources tg_fordev --months 2025-01:2025-12     collects them

    A month is owed because it was never collected (missing), its last run failed (failed), a history file came later
    (new_history), or it was last collected before it ended (unfinished).
    """
    store, now = TableStore(settings.tables_url), clock.now()
    rows = [one for feed in _chosen(settings, source) for one in domain.owed(settings, store, feed, now)]
    if as_json:
        write_json([vars(one) for one in rows], None)
        return
    for one in rows:
        click.echo(f"{one.source:<24}{one.month:<9}{one.why:<13}{one.reason}")
    if not rows:
        click.echo("nothing is owed")


def _registry(settings: Settings) -> Registry:
    try:
        return domain.load_registry(settings)
    except RegistryError as error:
        raise Failed(str(error)) from error


def _chosen(settings: Settings, slugs: tuple[str, ...]) -> list[Feed]:
    registry = _registry(settings)
    try:
        return [registry[slug] for slug in slugs] if slugs else [feed for feed in registry if not feed.sample]
    except UnknownFeed as error:
        raise Failed(str(error)) from error


def _line(state: SourceHealth, owed: int) -> str:
    last = state.last
    if not last:
        return f"{state.source:<24}{'never':<18}{'-':<9}{state.ads:>8}{'':>48}{owed:>6}"
    counts = "".join(
        f"{last[name]:>{width}}"
        for name, width in (("requests", 7), ("new", 8), ("changed", 9), ("gone", 7), ("quarantined", 7))
    )
    begun = str(last["started_at"])[:16].replace("T", " ")
    begins = f"{state.source:<24}{begun:<18}{last['status']:<9}{state.ads:>8}"
    return f"{begins}{counts}{_share(last['completeness']):>10}{owed:>6}"


def _share(value: Any) -> str:
    return "-" if value is None else f"{value:.1%}"
