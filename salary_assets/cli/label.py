"""`label` and `parse-pay`: what ads offer, and what their words of pay mean."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from salary_assets.cli.common import Failed, home_option, out_option, progress, read_lines, stderr, write_lines
from salary_assets.storage import Settings

if TYPE_CHECKING:
    from salary_assets.labelling import Ad, Label

_BATCH = 500
_OLD_CODES = {"RUB": "RUR"}
"""The output follows hh.ru's currency dictionary, which keeps RUR."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@out_option
@home_option
def label(file: Path, out: Path | None, settings: Settings) -> None:
    """Label posts or hh.ru items: profession, grades, pay, formats, place, experience, skills, with evidence.

    FILE holds JSON lines (plain or .gz): posts {"channel", "id", "date", "text"}, or items of api.hh.ru in list or
    detail shape. One object a line comes out, in the same order, with the ids of the input. By rules, or, with
    SALARY_ASSETS_LABELLER=mistral, by a model; what that cost is told on stderr.

    \b
    Example:
      salary-assets label posts.jsonl --out labels.jsonl
    """
    rows = read_lines(file)
    ads = [ad_of(row, f"{file}:{number}") for number, row in enumerate(rows, start=1)]
    write_lines((_line(row, said) for row, said in zip(rows, _labels(ads, settings), strict=True)), out)


def _labels(ads: list[Ad], settings: Settings) -> list[Label]:
    """Labels by the labeller of the settings. Raises Failed when that cannot be had."""
    from salary_assets.labelling import UnusableLabeller, labeller_from

    labels: list[Label] = []
    try:
        with labeller_from(settings) as labeller, progress(f"Labelling by {labeller.name}", len(ads)) as advance:
            for start in range(0, len(ads), _BATCH):
                batch = ads[start : start + _BATCH]
                labels += labeller.label(batch)
                advance(len(batch))
            if account := labeller.account():
                stderr.print(json.dumps(account, ensure_ascii=False), highlight=False, markup=False, soft_wrap=True)
    except UnusableLabeller as error:
        raise Failed(str(error)) from error
    return labels


@click.command()
@click.argument("text", required=False)
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="One text a line.")
@out_option
def parse_pay(text: str | None, file: Path | None, out: Path | None) -> None:
    """Read pay from words: amounts, currency, tax, period, or the reason why they cannot be read.

    TEXT is one statement or a whole ad; with --file each line is one. The first statement of pay is printed.

    \b
    Example:
      salary-assets parse-pay "250-350к на руки"
    """
    from salary_assets.money import parse_pay as parse

    if (text is None) == (file is None):
        raise click.UsageError("give either TEXT or --file FILE")
    lines = [text] if text is not None else _lines(file)
    write_lines((_pay(parse(line)) for line in lines), out)


def _lines(file: Path | None) -> list[str]:
    try:
        text = file.read_text("utf-8-sig") if file else ""
    except UnicodeDecodeError as error:
        raise Failed(f"{file}: not UTF-8: {error}") from error
    return text.removesuffix("\n").split("\n")


def _pay(reading: Any) -> dict[str, Any]:
    first = reading.first
    return {
        "amount_from": _whole(first.amount_from) if first else None,
        "amount_to": _whole(first.amount_to) if first else None,
        "currency": first.currency if first else None,
        "tax": first.tax if first else None,
        "period": first.period if first else None,
        "reason": reading.reason,
    }


def ad_of(row: dict[str, Any], where: str) -> Ad:
    """A line of the input as an ad: a post by its text, an item of hh.ru by its parser."""
    from salary_assets.labelling import Ad

    if "name" not in row and isinstance(row.get("text", ""), str | None):
        return Ad(text=row.get("text") or "")
    return _hh_ad(row, where)


def _hh_ad(row: dict[str, Any], where: str) -> Ad:
    from salary_assets.labelling import Ad
    from salary_assets.sources.base import Feed, RawAd, Refused
    from salary_assets.sources.formats import format_named, hh
    from salary_assets.storage.clock import now

    payload = json.dumps({"published_at": now().isoformat(), **row}, ensure_ascii=False).encode()
    kind = hh.DETAIL_TYPE if "description" in row else hh.LIST_TYPE
    raw = RawAd("hh", str(row.get("id", "")), now(), now(), "archive", None, kind, payload, where)
    try:
        posting = format_named("hh").parse(Feed("hh", "hh.ru", "hh", "2003-01"), raw)
    except Refused as refusal:
        raise Failed(f"{where}: neither a post (channel, id, text) nor an item of hh.ru: {refusal}") from refusal
    return Ad(**{name: getattr(posting, name) for name in Ad.__slots__})


def _line(row: dict[str, Any], said: Label) -> dict[str, Any]:
    pay = said.pay
    ids = {key: row[key] for key in ("channel", "id") if key in row}
    currency = pay.currency if pay else None
    return ids | {
        "kind": said.kind,
        "is_it": said.is_it,
        "title": said.title,
        "position": said.position,
        "grades": list(said.grades),
        "salary_from": _whole(pay.amount_from) if pay else None,
        "salary_to": _whole(pay.amount_to) if pay else None,
        "currency": _OLD_CODES.get(currency, currency) if currency else None,
        "tax": pay.tax if pay and pay.tax != "unknown" else None,
        "period": pay.period if pay else None,
        "work_format": list(said.work_formats),
        "city": said.city,
        "experience_years_min": _whole(said.experience_min),
        "employment": said.employment,
        "skills": _spellings(skill.spelling for skill in said.skills),
        "labeller": said.labeller,
        "by": dict(sorted(said.by.items())),
        "evidence": [one.model_dump() for one in said.evidence],
    }


def _spellings(spellings: Iterable[str]) -> list[str]:
    """Each spelling once, whatever its capitals, as first written."""
    first: dict[str, str] = {}
    for spelling in spellings:
        first.setdefault(spelling.lower(), spelling)
    return list(first.values())


def _whole(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value
