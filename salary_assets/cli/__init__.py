"""`salary-assets`: one command line over the domain packages and the Dagster graph; a module per subject.

Commands are imported only when they run, so that `--help` and small commands start at once.
"""

from __future__ import annotations

import errno
import importlib
from typing import Any

import click

from salary_assets import __version__

COMMANDS = {
    "refresh": ("refresh", "refresh", "Materialise the whole graph and print what it made"),
    "archive": ("archive", "archive", "Index history files of a source, list what is indexed"),
    "sources": ("sources", "sources", "The registry of feeds and their health"),
    "emulate": ("emulate", "emulate", "Serve a source on loopback from a file, to try collection offline"),
    "label": ("label", "label", "Posts or hh items -> labels with evidence"),
    "parse-pay": ("label", "parse_pay", "Text -> amounts, currency, tax, period, or the reason why not"),
    "explain-pay": ("market", "explain_pay", "Each step from stated pay to net RUB a month"),
    "dedupe": ("market", "dedupe", "Items -> groups of near-duplicates"),
    "skills": ("skills", "skills", "Map spellings to canonical skills; show the canon; what to review"),
    "evaluate": ("salary", "evaluate", "Train and test on given items by the frozen protocol"),
    "train": ("lifecycle", "train", "Train the salary model through Dagster"),
    "promote": ("lifecycle", "promote", "Serve the newest model if it passes the gate"),
    "rollback": ("lifecycle", "rollback", "Serve the model that was served before"),
    "predict": ("salary", "predict", "Pay range for one request or for many items"),
    "resume": ("resume", "resume", "Resume document -> structure, range, advice"),
    "report": ("market", "report", "The market report"),
    "serve": ("serve", "serve", "HTTP service and page over the served bundle"),
    "sample": ("sample", "sample", "Write the generated sample market"),
    "dictionary": ("dictionary", "dictionary", "Print the data dictionary of all tables"),
}
"""Command -> module of this package, attribute, one line of help."""

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ACCESS = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR}


class LazyGroup(click.Group):
    """A group that imports a command's module on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a setting that is wrong and a disk that cannot be used end in a message, not in a trace."""
        from salary_assets.storage import BadSetting

        try:
            return super().invoke(ctx)
        except BadSetting as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.errno in NO_SPACE:
                raise click.ClickException(
                    f"{error}: free some space and run it again, what was finished is kept"
                ) from error
            if error.errno in NO_ACCESS:
                raise click.ClickException(
                    f"{error}: give a folder that can be written, --home DIR or SALARY_ASSETS_HOME, or --out elsewhere"
                ) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="salary-assets")
def main() -> None:
    """What work in Russian IT is worth: collect ads, label them, learn pay, answer with an honest range.

    \b
    First steps:
      salary-assets refresh             the whole graph on the bundled sample market
      salary-assets archive add hh FILE index a history file of hh.ru
      salary-assets predict --json '{"title": "Python developer", "grade": "middle", "region": "Москва"}'

    Results go to stdout (or --out), progress to stderr. Exit codes: 0 done, 1 failed, 2 bad arguments.
    """
