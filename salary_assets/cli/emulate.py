"""`salary-assets emulate`: a source on loopback, to try collection with no network and no harm to anyone."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from salary_assets.cli.common import Failed, stderr
from salary_assets.sources.base import BadRecord, Feed
from salary_assets.sources.files import ArchiveFile
from salary_assets.sources.formats import format_named
from salary_assets.storage.settings import PROJECT_ROOT

SOURCES = ("hh", "telegram", "telegram_preview", "trudvsem", "habr_career", "getmatch")


def _items(source: str, path: Path) -> tuple[list[dict[str, Any]], int]:
    """What collection would take of a file, and how many lines it would not. Raises Failed for another kind of file."""
    form = format_named("telegram" if source.startswith("telegram") else source)
    shape, feed = form.shapes[0], Feed(source, source, form.name, "2000-01")
    file = ArchiveFile.of(path)
    if not shape.fits(file, None):
        raise Failed(f"{path}: expected {shape.says}")
    found = [
        None if isinstance(one, BadRecord) else json.loads(one.payload) for one in shape.read(file, lambda _: feed)
    ]
    items = [one for one in found if one is not None]
    return items, len(found) - len(items)


@click.command()
@click.argument("source", type=click.Choice(SOURCES))
@click.option(
    "--items", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines."
)
@click.option("--port", default=0, help="Port on 127.0.0.1; 0 takes a free one.")
def emulate(source: str, items: Path, port: int) -> None:
    """Serve SOURCE from a file of its items, on 127.0.0.1, until interrupted. Prints the settings to collect from it.

    \b
    salary-assets emulate hh --items list_2021-10.jsonl.gz --port 8800
    salary-assets emulate telegram --items posts.jsonl           over MTProto, with a session made up
    salary-assets emulate telegram_preview --items posts.jsonl   pages of t.me/s
    salary-assets emulate trudvsem --items vacancies.jsonl

    Items are what an archive of the source holds, one JSON object a line: items of hh.ru's API, lines of a Telethon
    dump, vacancies of trudvsem.ru, entries of Habr Career, offers of getmatch. Lines that are none are left out.

    In another shell set what it printed, and collect:

    \b
    export HH_API_URL=http://127.0.0.1:8800 HH_APP_TOKEN=emulated-token SALARY_ASSETS_CONTACT=me@example.com
    export SALARY_ASSETS_NOW=2021-10-31T12:00:00+03:00    for items of a past month: sites serve only recent ones
    salary-assets refresh --sources hh --months 2021-10:2021-10
    salary-assets sources status hh

    Run it twice: the second run asks only for what changed. Needs the developers' extra: the servers live with the
    tests.
    """
    sys.path.insert(0, str(PROJECT_ROOT))
    try:
        emulators = importlib.import_module("salary_assets_tests.emulators.table")
    except ImportError as error:
        raise Failed(f"the emulators are part of the tests, which are not installed here ({error})") from error
    ads, bad = _items(source, items)
    with emulators.emulator(source, ads, port) as server:
        left_out = f", {bad} lines left out" if bad else ""
        stderr.print(f"{source} on {server.url}: {len(ads)} items{left_out}. Collect from it with:")
        for name, value in emulators.environment(source, server).items():
            click.echo(f"export {name}={value}")
        sys.stdout.flush()
        try:
            server.wait()
        except KeyboardInterrupt:
            stderr.print(f"{len(server.requests)} requests answered")
