"""`salary-assets archive`: index history files, list what is indexed."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import click

from salary_assets.cli.common import Failed, home_option, stderr, write_json
from salary_assets.sources import Refused, RegistryError
from salary_assets.sources import archive as archives
from salary_assets.storage import Settings, clock


@click.group()
def archive() -> None:
    """History files: ads that were collected before, by anyone.

    \b
    salary-assets archive add hh list_2021-10.jsonl.gz
    salary-assets archive list

    Indexing notes which months of which feeds a file holds. The ads come into the tables when those months are
    materialised: in the Dagster UI, or by `salary-assets refresh --sources hh --months 2021-10:2021-10`.
    """


@archive.command()
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--register", is_flag=True, help="Add the feeds of channels that the registry does not have.")
@home_option
def add(source: str, paths: tuple[Path, ...], register: bool, settings: Settings) -> None:
    """Index history files as ads of SOURCE: a feed's slug, or `telegram` for dumps that name their channels.

    \b
    salary-assets archive add hh items.jsonl.gz            items of hh.ru's API, list or detail shape
    salary-assets archive add telegram dump.jsonl.gz       Telethon dump: lines name their channel
    salary-assets archive add tg_some_channel ChatExport/  Telegram Desktop export, JSON or HTML
    salary-assets archive add geekjob table.csv            a table whose columns the registry names

    Files may be gzipped and stay where they are. Broken lines go to quarantine with file, line and reason; a file of
    another source is refused. Adding a file again changes nothing.
    """
    failed = []
    for path in paths:
        try:
            records = archives.add(settings, source, [path], clock.now(), register_channels=register)
        except (archives.ArchiveRefused, Refused) as refusal:
            failed.append(str(refusal))
            continue
        except RegistryError as error:
            raise Failed(str(error)) from error
        for record in records:
            for slug, months in record.rows.items():
                span = f"{min(months)}..{max(months)}" if len(months) > 1 else min(months)
                records_of = sum(months.values())
                ads = record.ads.get(slug, records_of)
                repeats = f" in {records_of} records" if ads < records_of else ""
                click.echo(f"{Path(record.path).name}: {ads} ads of {slug}{repeats}, {span}")
            if record.bad:
                stderr.print(f"{Path(record.path).name}: {record.bad} records quarantined, e.g. {record.examples[0]}")
    if failed:
        raise Failed("\n".join(failed))


@archive.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document: a list of {source, months, rows, files}.")
@home_option
def list_(as_json: bool, settings: Settings) -> None:
    """What is indexed: sources, months, records.

    \b
    salary-assets archive list --json | jq '.[] | select(.source == "hh") | .months'
    """
    months: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    files: dict[str, list[str]] = defaultdict(list)
    for record in archives.indexed(settings):
        for slug, rows in record.rows.items():
            files[slug].append(record.path)
            for month, count in rows.items():
                months[slug][month] += count
    report = [
        {
            "source": slug,
            "months": dict(sorted(months[slug].items())),
            "rows": sum(months[slug].values()),
            "files": files[slug],
        }
        for slug in sorted(months)
    ]
    if as_json:
        write_json(report, None)
        return
    if not report:
        stderr.print("nothing is indexed yet: salary-assets archive add SOURCE PATH")
    for entry in report:
        click.echo(f"{entry['source']}: {entry['rows']} records in {len(files[str(entry['source'])])} files")
        for month, count in sorted(months[str(entry["source"])].items()):
            click.echo(f"  {month}  {count:>7}")
