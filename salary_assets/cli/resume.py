"""`resume`: one document -> what we read, what such work pays, what to improve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from salary_assets.cli.common import Failed, home_option, out_option, progress, stderr, write_json
from salary_assets.storage import Settings, clock

_WARNINGS = {
    "unknown_skills": "skills that moved nothing, for no ad names them: ",
    "unknown_region": "a place that moved nothing, for no ad is from there: ",
    "not_it": "not a job in IT: such ads are not collected, the range is rough",
}


@click.command()
@home_option
@out_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON document (JSON Resume with x-salary).")
@click.option("--lang", type=click.Choice(["ru", "en"]), default="ru", show_default=True, help="Language of advice.")
def resume(settings: Settings, out: Path | None, file: Path, as_json: bool, lang: str) -> None:
    """Read a resume (PDF, DOCX, DOC, RTF, HTML, text): structure, market range, advice with evidence.

    The document is read in a process of its own under limits, names and contacts are dropped, nothing is stored.
    Without a model (`make refresh`) there is no range, and advice rests on the document alone.

    \b
    Examples:
      salary-assets resume my-resume.pdf
      salary-assets resume my-resume.docx --json --out resume.json
    """
    from salary_assets.resume.documents import DocumentRefused, read_document
    from salary_assets.salary.promotion import POINTER
    from salary_assets.service.answers import load_served, resume_answer

    served = None
    if (settings.models / POINTER).exists():
        try:
            served = load_served(settings.models)
        except (RuntimeError, OSError) as error:
            raise Failed(f"the model in {settings.models} cannot be loaded: {error}") from error
    else:
        stderr.print(f"no model in {settings.models}: structure only (make refresh trains one)")
    try:
        with progress("reading", total=1) as advance:
            document = read_document(file)
            answer = resume_answer(document, served, clock.now().date())
            advance(1)
    except DocumentRefused as refusal:
        raise Failed(f"{file}: {refusal.message} ({refusal.reason})") from refusal
    if as_json or out is not None:
        write_json(answer, out)
    else:
        _show(answer, lang)


def _show(answer: dict[str, Any], lang: str) -> None:
    from rich.console import Console

    from salary_assets.resume.advise import said_money

    console = Console(highlight=False)
    salary = answer["resume"]["x-salary"]
    months = salary["experience_months"]["value"]
    console.print(f"[bold]{_plain(salary['desired_position']['value'] or 'no position found')}[/bold]")
    console.print(f"  profession  {_plain(salary['position']['value'] or '-')}")
    console.print(f"  grade       {salary['grade']['value'] or '-'} ({salary['grade']['source'] or 'not found'})")
    length = "-" if months is None else f"{months // 12} y {months % 12} m"
    console.print(f"  experience  {length}, jobs: {len(answer['resume']['work'])}")
    console.print(f"  city        {_plain(salary['region']['city'] or salary['region']['region'] or '-')}")
    console.print(f"  skills      {_plain(', '.join(skill['name'] for skill in salary['skills']) or '-')}")
    estimate = answer["estimate"]
    if estimate is not None and estimate["enough"]:
        low, middle, high = (said_money(estimate["range"][name]) for name in ("p10", "p50", "p90"))
        console.print(f"\n[bold]{low} – {high} RUB a month net[/bold], middle {middle}")
        basis = estimate["basis"]
        console.print(
            f"  {basis['kind']}: {basis['vacancies']} ads of {basis['employers']} employers,"
            f" confidence {estimate['confidence']}, model {estimate['model']}, ads until {estimate['data_until']}"
        )
        for warning in estimate["warnings"]:
            console.print(f"  {_WARNINGS[warning['code']]}{_plain(', '.join(warning['names']))}")
    elif estimate is not None:
        console.print(f"\nnot enough data: {_plain(str(estimate['reason']))}")
    for advice in answer["advice"]:
        console.print(f"\n• {_plain(advice['text'][lang])}")
        for evidence in advice["evidence"]:
            console.print(f"    {evidence['source']}: {_plain(evidence['quote'][lang])}", style="dim")


def _plain(text: str) -> str:
    """Text from outside, with nothing in it that the terminal's markup would obey."""
    from rich.markup import escape

    return escape("".join(char for char in text if char.isprintable()))
