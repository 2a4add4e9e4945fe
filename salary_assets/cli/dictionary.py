"""`dictionary`: the column contracts as a page for people."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salary_assets.cli.common import out_option, write_file
from salary_assets.storage.schemas import ALL_TABLES
from salary_assets.storage.schemas.dictionary import markdown


@click.command()
@out_option
def dictionary(out: Path | None) -> None:
    """Print every table with its columns, types, units and meaning, as Markdown.

    \b
    Example:
      salary-assets dictionary --out docs/data-dictionary.md
    """
    text = markdown(ALL_TABLES)
    if out is None:
        sys.stdout.write(text)
    else:
        write_file(text, out)
