"""What every command shares: `--home`, progress on stderr, JSON lines in and out, errors in plain words."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from salary_assets.storage import Settings, load_settings, write_text

Command = TypeVar("Command", bound=Callable[..., Any])
stderr = Console(stderr=True)


class Failed(click.ClickException):
    """The work failed; the message says what happened, where, and what to do. Exit code 1."""

    exit_code = 1


def home_option(command: Command) -> Command:
    """`--home DIR`, handed to the command as `settings`."""

    def to_settings(_context: click.Context, _option: click.Parameter, value: str | None) -> Settings:
        return load_settings(value)

    option = click.option(
        "--home",
        "settings",
        metavar="DIR",
        callback=to_settings,
        help="Folder of everything collected and made. Default: SALARY_ASSETS_HOME, else the project's data/.",
    )
    return option(command)


out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the result here instead of to stdout."
)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr; the yielded function advances it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, transient=not stderr.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda steps: bar.advance(task, steps)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """JSON lines (plain or gz, by name). Raises Failed with file and line on the first line that is not an object."""
    import gzip

    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Failed(f"{path}: cannot be read as UTF-8 JSON lines: {error}") from error
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Failed(f"{path}:{number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise Failed(f"{path}:{number}: expected a JSON object on each line, found {type(row).__name__}")
        rows.append(row)
    return rows


def write_lines(rows: Iterable[dict[str, Any]], out: Path | None) -> None:
    """JSON lines to `out` (atomically) or to stdout."""
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    if out is not None:
        write_file("".join(line + "\n" for line in lines), out)
        return
    for line in lines:
        sys.stdout.write(line + "\n")


def write_json(value: Any, out: Path | None) -> None:
    """One indented JSON document to `out` or to stdout."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if out is None:
        sys.stdout.write(text)
    else:
        write_file(text, out)


def write_file(text: str, out: Path) -> None:
    """A whole text file, atomically. Raises Failed where there can be none."""
    try:
        write_text(out, text)
    except OSError as error:
        raise Failed(f"{out} cannot be written: {error}; give another --out") from error
