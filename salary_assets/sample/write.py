"""`write_sample`: the latent market laid out as the files of three sources, with the truth beside them."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from salary_assets.sample.board import COLUMNS, board_row, to_csv
from salary_assets.sample.grammar import Grammar, load_grammar
from salary_assets.sample.hh import hh_item
from salary_assets.sample.law import Law, load_law
from salary_assets.sample.market import DAYS, FIRST_DAY, LEAST_YEARS, Employer, Job, draw_employers, draw_job, stream
from salary_assets.sample.telegram import other_text, post, resume_text, vacancy_text
from salary_assets.sample.truth import TRUTH_LAW, TRUTH_ROWS, Truth, best_possible, law_document, other_row, truth_row
from salary_assets.sample.wording import Body, edited, named_years, write_body
from salary_assets.storage import write_bytes, write_text

HH_FILE, TELEGRAM_FILE, BOARD_FILE = "hh.jsonl.gz", "sample_jobs.jsonl.gz", "sample_board.csv.gz"
HH_FEED, TELEGRAM_FEED, BOARD_FEED = "sample_hh", "tg_sample_jobs", "sample_board"
SAMPLE_FEEDS = {HH_FEED: HH_FILE, TELEGRAM_FEED: TELEGRAM_FILE, BOARD_FEED: BOARD_FILE}
"""Slug of the feed in the registry -> file of the sample that holds its ads."""

SIZES = {"hh": 6000, "telegram": 600, "board": 300}
LAST_MOMENT = FIRST_DAY + timedelta(days=DAYS) - timedelta(seconds=1)
RESUMES_FROM = 50_000
"""Job numbers of the Telegram stream from here on are people who look for such a job."""


@dataclass(frozen=True)
class Ad:
    """One publication of a job by one source. `job` is None for posts that offer no work."""

    job: Job | None
    body: Body | None
    published: datetime
    repeat: str
    kind: str
    key: str


@dataclass(frozen=True)
class World:
    """Everything that drawing and wording need."""

    grammar: Grammar
    law: Law
    employers: list[Employer]
    seed: int

    def job(self, source: str, number: int, not_it: bool = False) -> Job:
        return draw_job(self.grammar, self.law, self.employers, self.seed, source, number, not_it)

    def body(self, job: Job) -> Body:
        return write_body(self.grammar, job, stream(self.seed, "body", job.key))


def write_sample(folder: Path, seed: int = 20261031, scale: float = 1.0) -> dict[str, Any]:
    """Write the sample market: ads of three sources and their truth. The same arguments give the same bytes.

    Files: hh.jsonl.gz (items of hh.ru's API), sample_jobs.jsonl.gz (Telethon dump of the channel `sample_jobs`),
    sample_board.csv.gz (table), truth.jsonl.gz (a line per ad), truth.json (the pay law). At scale 1: 6 000, 600
    and 300 ads of the twelve months to October 2026. Returns the document `truth.json`.

    Raises ValueError when scale is not positive, OSError when the folder cannot be written.
    """
    if scale <= 0:
        raise ValueError(f"scale={scale}: the share of the full sample must be positive")
    grammar, law = load_grammar(), load_law()
    world = World(grammar, law, draw_employers(grammar, law, seed, max(40, round(420 * min(scale, 1.0)))), seed)
    counts = {source: max(30, round(size * scale)) for source, size in SIZES.items()}

    hh_ads = _hh_ads(world, counts["hh"])
    hh_lines, hh_truth, hh_broken = _lay_out_hh(world, hh_ads)
    telegram_lines, telegram_truth, telegram_broken = _lay_out_telegram(
        world, _telegram_ads(world, counts["telegram"], hh_ads)
    )
    board_rows, board_truth, board_broken = _lay_out_board(world, _board_ads(world, counts["board"], hh_ads))

    files = {
        HH_FILE: {"records": len(hh_lines), "broken": hh_broken},
        TELEGRAM_FILE: {"records": len(telegram_lines), "broken": telegram_broken},
        BOARD_FILE: {"records": len(board_rows), "broken": board_broken},
    }
    rows = hh_truth + telegram_truth + board_truth
    document = law_document(grammar, law, world.employers, seed, scale, files)
    document["best_possible"] = best_possible(_as_read(rows, document))

    _write_gz(folder / HH_FILE, "".join(line + "\n" for line in hh_lines))
    _write_gz(folder / TELEGRAM_FILE, "".join(line + "\n" for line in telegram_lines))
    _write_gz(folder / BOARD_FILE, to_csv(board_rows))
    _write_gz(folder / TRUTH_ROWS, "".join(_json(row) + "\n" for row in rows))
    write_text(folder / TRUTH_LAW, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return document


def _as_read(rows: list[dict[str, Any]], document: dict[str, Any]) -> Truth:
    import pandas as pd

    return Truth(pd.DataFrame(rows), document)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _write_gz(path: Path, text: str) -> None:
    write_bytes(path, gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


def _later(published: datetime, rng: random.Random, least: int, most: int) -> datetime | None:
    """Some days after a publication, or None when that is beyond the sample."""
    moment = published + timedelta(days=rng.randint(least, most), minutes=rng.randint(1, 300))
    return moment if moment <= LAST_MOMENT else None


def _by_time(ads: list[Ad]) -> list[Ad]:
    return sorted(ads, key=lambda ad: (ad.published, ad.key))


def _hh_ads(world: World, count: int) -> list[Ad]:
    """Originals, one in twenty published again, one in fifty published again after edits."""
    repeats, updates = count // 20, count // 50
    originals = []
    for number in range(count - repeats - updates):
        job = world.job("hh", number, not_it=number % 25 == 13)
        originals.append(Ad(job, world.body(job), job.published, "original", "vacancy", job.key))
    rng = stream(world.seed, "hh repeats")
    again: list[Ad] = []
    for source in rng.sample(originals, k=len(originals)):
        if len(again) == repeats + updates:
            break
        moment = _later(source.published, rng, 6, 45)
        if moment is None or source.job is None or source.body is None:
            continue
        updated = len(again) >= repeats
        body = edited(source.body, world.grammar, source.job, rng) if updated else source.body
        repeat = "updated" if updated else "repeat"
        again.append(Ad(source.job, body, moment, repeat, "vacancy", f"{source.key}-again"))
    return _by_time(originals + again)


def _cross_posts(world: World, hh_ads: list[Ad], target: str, count: int) -> list[Ad]:
    """Jobs of hh that another source publishes within days, in the same words.

    The board has no field for tax, so jobs that state their pay before tax do not go there.
    """
    rng = stream(world.seed, "cross-posts", target)
    originals = [ad for ad in hh_ads if ad.repeat == "original"]
    found: list[Ad] = []
    for ad in rng.sample(originals, k=len(originals)):
        if len(found) == count:
            break
        moment = _later(ad.published, rng, 0, 9)
        before_tax = ad.job is not None and ad.job.stated is not None and ad.job.stated.tax == "gross"
        if moment is not None and not (before_tax and target == "board"):
            found.append(dataclasses.replace(ad, published=moment, repeat="cross_post", key=f"{ad.key}-{target}"))
    return found


def _telegram_ads(world: World, count: int, hh_ads: list[Ad]) -> list[Ad]:
    crossed, again, resumes, others = round(count * 0.27), round(count * 0.08), round(count * 0.15), round(count * 0.11)
    own = []
    for number in range(count - crossed - again - resumes - others):
        job = world.job("telegram", number, not_it=number % 40 == 21)
        own.append(Ad(job, world.body(job), job.published, "original", "vacancy", job.key))
    vacancies = own + _cross_posts(world, hh_ads, "telegram", crossed)
    rng = stream(world.seed, "telegram repeats")
    repeats: list[Ad] = []
    for ad in rng.sample(vacancies, k=len(vacancies)):
        moment = _later(ad.published, rng, 3, 20)
        if len(repeats) < again and moment is not None:
            repeats.append(dataclasses.replace(ad, published=moment, repeat="repeat", key=f"{ad.key}-again"))
    people = []
    for number in range(resumes):
        job = world.job("telegram", RESUMES_FROM + number)
        people.append(Ad(job, world.body(job), job.published, "original", "resume", job.key))
    talk = []
    for number in range(others):
        moment = FIRST_DAY + timedelta(
            days=rng.randint(0, DAYS - 2), hours=rng.randint(9, 21), minutes=rng.randint(0, 59)
        )
        talk.append(Ad(None, None, moment, "original", "other", f"telegram-talk-{number:05d}"))
    return _by_time(vacancies + repeats + people + talk)


def _board_ads(world: World, count: int, hh_ads: list[Ad]) -> list[Ad]:
    crossed = count // 5
    own = []
    for number in range(count - crossed):
        job = world.job("board", number, not_it=number % 20 == 7)
        own.append(Ad(job, world.body(job), job.published, "original", "vacancy", job.key))
    return _by_time(own + _cross_posts(world, hh_ads, "board", crossed))


Laid = tuple[list[str], list[dict[str, Any]], list[dict[str, Any]]]


def _lay_out_hh(world: World, ads: list[Ad]) -> Laid:
    lines, truth = [], []
    for number, ad in enumerate(ads):
        assert ad.job is not None and ad.body is not None
        native_id = 900_000_001 + number * 7
        item = hh_item(ad.job, ad.body, native_id, ad.published, stream(world.seed, "hh", ad.job.key))
        lines.append(_json(item))
        years = (LEAST_YEARS[ad.job.experience], *named_years(ad.body))
        moment = str(item["published_at"])
        truth.append(truth_row(ad.job, HH_FEED, str(native_id), moment, "vacancy", ad.repeat, years, world.law))
    # The same id again with a changed text, as a later download of the same ads would bring.
    for line in [lines[index] for index in range(40, len(lines), max(1, len(lines) // 12))]:
        item = json.loads(line)
        item["description"] += " <p>Обновлено: рассмотрим кандидатов из других городов.</p>"
        lines.append(_json(item))
    model = json.loads(lines[0])
    broken = {
        "cut off in the middle": lines[0][: len(lines[0]) // 2],
        "a list instead of an object": _json(["vacancy", 1]),
        "no id": _json({key: value for key, value in model.items() if key != "id"}),
        "no publication date": _json(
            {key: value for key, value in model.items() if key not in ("published_at", "created_at")} | {"id": "1"}
        ),
        "a date in words": _json(model | {"id": "2", "published_at": "вчера", "created_at": "вчера"}),
    }
    return _with_broken(lines, broken, truth)


def _lay_out_telegram(world: World, ads: list[Ad]) -> Laid:
    lines, truth = [], []
    titles = [ad.job.title for ad in ads if ad.job is not None and ad.kind == "vacancy"]
    for number, ad in enumerate(ads):
        native_id = 101 + number * 2
        rng = stream(world.seed, "telegram", ad.key)
        media = None
        if ad.job is None or ad.body is None:
            empty = rng.random() < 0.15
            text = "" if empty else other_text(world.grammar, rng.sample(titles, k=min(5, len(titles))), rng)
            media = "MessageMediaPhoto" if empty else None
        elif ad.kind == "resume":
            text = resume_text(world.grammar, ad.job, ad.body, rng)
        else:
            text = vacancy_text(world.grammar, ad.job, ad.body, rng)
        line = post(native_id, ad.published, text, media)
        lines.append(_json(line))
        if ad.job is None or ad.body is None:
            truth.append(other_row(TELEGRAM_FEED, str(native_id), line["date"]))
        else:
            job = dataclasses.replace(ad.job, stated_in="text" if ad.job.stated else "nowhere")
            truth.append(
                truth_row(
                    job,
                    TELEGRAM_FEED,
                    str(native_id),
                    line["date"],
                    ad.kind,
                    ad.repeat,
                    named_years(ad.body),
                    world.law,
                )
            )
    model = json.loads(lines[0])
    broken = {
        "cut off in the middle": lines[0][: len(lines[0]) // 2],
        "no id": _json({key: value for key, value in model.items() if key != "id"}),
        "a date in words": _json(model | {"id": 9_000_001, "date": "на той неделе"}),
    }
    return _with_broken(lines, broken, truth)


def _lay_out_board(
    world: World, ads: list[Ad]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    rows, truth = [], []
    for number, ad in enumerate(ads):
        assert ad.job is not None and ad.body is not None
        native_id = f"{0xB0A2D000 + number * 17:x}"
        row = board_row(world.grammar, ad.job, ad.body, native_id, ad.published)
        rows.append(row)
        stated = None if ad.job.stated is None else dataclasses.replace(ad.job.stated, tax="unknown")
        job = dataclasses.replace(ad.job, stated=stated, stated_in="markup" if stated else "nowhere")
        truth.append(
            truth_row(job, BOARD_FEED, native_id, row["date"], "vacancy", ad.repeat, named_years(ad.body), world.law)
        )
    broken = [
        {"record": len(rows) + 1, "why": "neither title, text nor address"},
        {"record": len(rows) + 2, "why": "a date that does not exist"},
    ]
    rows.append(dict.fromkeys(COLUMNS, "") | {"company": rows[0]["company"], "date": rows[0]["date"]})
    rows.append(rows[0] | {"url": f"{rows[0]['url']}00", "date": "2026-02-31"})
    return rows, truth, broken


def _with_broken(lines: list[str], broken: dict[str, str], truth: list[dict[str, Any]]) -> Laid:
    """Broken records spread among the good ones, and where they stand (records count from 1)."""
    step = max(1, len(lines) // (len(broken) + 1))
    placed = []
    for number, (why, line) in enumerate(broken.items(), start=1):
        at = number * step + number - 1
        lines.insert(at, line)
        placed.append({"record": at + 1, "why": why})
    return lines, truth, placed
