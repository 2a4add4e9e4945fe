"""Labelling: how right the rules are, how fast, how well pay is read, and what a model would cost.

    python -m benchmarks.labelling                                   # posts and golden lines of our own writing
    python -m benchmarks.labelling --gold GOLD --posts FILE...       # posts labelled by reading, with their texts
    python -m benchmarks.labelling --items FILE...                   # speed on items of hh.ru
    python -m benchmarks.labelling --llm 1000 --posts FILE...        # tokens and money of so many ads, two runs

Baselines of the same run: plain regular expressions for labels, and for pay two published ways re-implemented:
JobSpy's (a range in dollars) and that of small Telegram scrapers (first number beside a currency word).
CPU time, so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from salary_assets.cli.label import ad_of
from salary_assets.labelling import Ad, GoldPost, RulesLabeller, Score, bundled_gold, evaluate_gold, gold_posts
from salary_assets.labelling.evaluation import GATES
from salary_assets.labelling.mistral import mistral_labeller
from salary_assets.money import parse_pay
from salary_assets.storage import load_settings
from salary_assets_tests.emulators.mistral import MistralEmulator
from salary_assets_tests.money.golden import golden_lines, offers_of

Bounds = tuple[float | None, float | None, str | None]
SAMPLE = 4000


def rows_of(files: Iterable[Path], most: int | None = None) -> list[dict[str, Any]]:
    rows = []
    for file in files:
        raw = file.read_bytes()
        text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8")
        rows += [json.loads(line) for line in text.split("\n")[:most] if line]
    return rows


# Baselines ---------------------------------------------------------------------------------------------------------

_PLAIN = {
    "grades": re.compile(r"\b(junior|middle|senior|lead|джун|мидл|сеньор|ведущий|стажер)\w*", re.IGNORECASE),
    "format": re.compile(r"(удал[её]нн?\w*|remote|офис|гибрид)", re.IGNORECASE),
    "experience": re.compile(r"от (\d+)(?:-х)? лет|(\d+)\+? years", re.IGNORECASE),
    "position": re.compile(r"(разработчик|developer|аналитик|тестировщик|qa|devops|дизайнер|менеджер)", re.IGNORECASE),
    "pay": re.compile(r"(\d[\d ]{3,})\s*(?:-|до)?\s*(\d[\d ]{3,})?\s*(руб|₽|\$|€|usd|eur)", re.IGNORECASE),
    "skills": re.compile(
        r"\b(python|java|sql|javascript|react|docker|kubernetes|linux|git|php|c\+\+)\b", re.IGNORECASE
    ),
}


def plain_regex(ad: Ad) -> dict[str, list[Any]]:
    """What a script of an afternoon does: six patterns over title and text."""
    text = f"{ad.title or ''}\n{ad.text}"
    return {name: pattern.findall(text) for name, pattern in _PLAIN.items()}


_JOBSPY = re.compile(r"\$(\d+(?:,\d+)?(?:[kK])?)\s*[-—–]\s*(?:\$)?\s*(\d+(?:,\d+)?(?:[kK])?)")


def jobspy_pay(text: str) -> Bounds:
    """JobSpy's extract_salary: a range in dollars (its period, guessed from the size, is not compared here)."""
    found = _JOBSPY.search(text)
    if not found:
        return (None, None, None)
    low, high = (
        float(number.replace(",", "").lower().replace("k", "")) * (1000 if "k" in found.group().lower() else 1)
        for number in found.groups()
    )
    return (low, high, "USD")


_SCRAPER = re.compile(
    r"(?P<lead>от|до)?\s*(?P<low>\d[\d\s.,]*)\s*(?P<k1>к|k|тыс)?\.?\s*(?:(?:-|–|—|до)\s*(?P<high>\d[\d\s.,]*)\s*(?P<k2>к|k|тыс)?\.?)?"
    r"\s*(?P<currency>₽|руб|р\.|\$|usd|€|eur)",
    re.IGNORECASE,
)
_SIGNS = {"₽": "RUB", "руб": "RUB", "р.": "RUB", "$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR"}


def scraper_pay(text: str) -> Bounds:
    """What small scrapers of vacancy channels do: the first number or range before a currency word."""
    found = _SCRAPER.search(text)
    if not found:
        return (None, None, None)
    thousand = 1000 if found["k1"] or found["k2"] else 1
    low, high = (
        float(re.sub(r"\D", "", found[name])) * thousand if found[name] and re.sub(r"\D", "", found[name]) else None
        for name in ("low", "high")
    )
    if high is None:
        low, high = (None, low) if (found["lead"] or "").lower() == "до" else (low, None if found["lead"] else low)
    return (low, high, _SIGNS[found["currency"].lower()])


def our_pay(text: str) -> Bounds:
    first = parse_pay(text).first
    return (first.amount_from, first.amount_to, first.currency) if first else (None, None, None)


READERS: dict[str, Callable[[str], Bounds]] = {
    "salary_assets": our_pay, "JobSpy's way": jobspy_pay, "scrapers' way": scraper_pay,
}  # fmt: skip


# Sections ----------------------------------------------------------------------------------------------------------


def quality(gold: Sequence[GoldPost]) -> None:
    """A table of fields with intervals, rules beside the Mistral path, and one of channels.

    The emulator answers by the rules on redacted text, so its column shows what asking, checking and merging lose.
    """
    report = evaluate_gold(gold=gold)
    with tempfile.TemporaryDirectory() as home, MistralEmulator() as server:
        labeller = mistral_labeller(load_settings(home, {"MISTRAL_SERVER_URL": server.url}))
        asked = evaluate_gold(labeller, gold)
        labeller.close()
    print(f"\nLabels of {len(gold)} gold posts with 95 % bootstrap intervals: rules, then Mistral path (emulator)")
    for field, score in sorted(report.scores.items()):
        gate = f"gate {GATES[field]:.2f}" if field in GATES else ""
        print(f"  {field:16}{_figure(score)}   {_figure(asked.scores[field])}  n={score.posts:<4} {gate}")
    print("\nRules, each channel alone")
    fields = sorted(report.scores)
    print(f"  {'':16}" + "".join(f"{field[:10]:>11}" for field in fields))
    for channel, scores in report.channels.items():
        print(f"  {channel:16}" + "".join(f"{scores[field].value:11.2f}" for field in fields))
    print(f"\nProfessions confused\n{report.confusion.to_string(index=False) if len(report.confusion) else '  none'}")


def _figure(score: Score) -> str:
    return f"{score.value:6.3f} [{score.low:.3f}, {score.high:.3f}]"


def pay(gold: Sequence[GoldPost]) -> None:
    """Pay of golden lines and of gold posts, ours beside two other ways."""
    lines = golden_lines()
    whole = sum(
        offers_of(found := parse_pay(line.text)) == line.offers and (found.reason or "") == line.reason
        for line in lines
    )
    print(f"\nPay: {whole} of {len(lines)} golden lines read as written down (all offers, tax, period, reason)")
    wanted_lines = [(line.text, line.offers[0][:3] if line.offers else (None, None, None)) for line in lines]
    wanted_posts = [
        (post.text, tuple(post.labels.get(name) for name in ("salary_from", "salary_to", "currency")))
        for post in gold
        if post.labels["kind"] != "other" and not post.ambiguous & {"salary_from", "salary_to", "currency"}
    ]
    print(f"  {'from, to, currency right':28}{'golden lines':>14}{'gold posts':>12}{'lines/s':>10}")
    for name, reader in READERS.items():
        shares = [
            sum(reader(text) == (low, high, "RUB" if code == "RUR" else code) for text, (low, high, code) in wanted)
            / len(wanted)
            for wanted in (wanted_lines, wanted_posts)
        ]
        speed = per_second(lambda reader=reader: [reader(text) for text, _ in wanted_lines], len(wanted_lines))
        print(f"  {name:28}{shares[0]:14.3f}{shares[1]:12.3f}{speed:10.0f}")


def speed(name: str, ads: Sequence[Ad]) -> None:
    labeller = RulesLabeller()
    labeller.label(list(ads[:100]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rules = per_second(
        lambda: [labeller.label(list(ads[at : at + 500])) and None for at in range(0, len(ads), 500)], len(ads)
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    plain = per_second(lambda: [plain_regex(ad) and None for ad in ads], len(ads))
    length = sum(len(ad.text) for ad in ads) / len(ads)
    rates = f"{rules:9.0f}/s rules{plain:9.0f}/s plain regex"
    print(f"  {name:30}{len(ads):6} ads{length:7.0f} chars{rates}{grown / 1024:8.1f} MiB grown")


def per_second(work: Callable[[], object], units: int) -> float:
    begun = time.process_time()
    work()
    return units / max(time.process_time() - begun, 1e-9)


def llm(ads: list[Ad]) -> None:
    """Cost of labelling the ads through the emulator: first run, then the same again."""
    with tempfile.TemporaryDirectory() as home, MistralEmulator() as server:
        print(f"\nA model's labels of {len(ads)} ads (emulator, {server.url}; 3 characters a token)")
        for batch in ("one call after another", "batch API"):
            env = {"MISTRAL_SERVER_URL": server.url, "SALARY_ASSETS_LLM_RUB_PER_USD": "80"}
            env |= {
                "SALARY_ASSETS_LLM_POLL_SECONDS": "0.1",
                "SALARY_ASSETS_MISTRAL_MODEL": f"mistral-small-{batch[:3]}",
            }
            env["SALARY_ASSETS_LLM_BATCH_FROM"] = "1" if batch == "batch API" else "1000000"
            for run in ("first run", "second run"):
                labeller = mistral_labeller(load_settings(home, env))
                labels = labeller.label(ads)
                account = labeller.account()
                labeller.close()
                asked, tokens = account.get("ads") or 0, account.get("input_tokens") or 0
                known = account.get("from_cache", 0)
                by_model = sum(label.labeller != "rules" for label in labels)
                print(
                    f"  {batch}, {run}: asked {asked}, from cache {known}, by the model {by_model};"
                    f" input tokens {tokens} ({tokens / asked if asked else 0:.0f} an ad, "
                    f"{account.get('cached_tokens') or 0} of all cached), output {account.get('output_tokens') or 0};"
                    f" {account['usd']:.4f} USD, {account['rub']:.2f} RUB at 80"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, help="posts labelled by reading: JSON lines with channel, id and labels")
    parser.add_argument("--posts", type=Path, nargs="+", default=[], help="texts: JSON lines with channel, id, text")
    parser.add_argument("--items", type=Path, nargs="+", default=[], help="items of hh.ru, JSON lines, list or detail")
    parser.add_argument("--llm", type=int, metavar="N", help="cost of N ads through the emulator")
    chosen = parser.parse_args()
    posts = [row for row in rows_of(chosen.posts) if row.get("text")]
    if chosen.llm:
        texts = sorted({row["text"] for row in posts} or {post.text for post in bundled_gold()})
        llm([Ad(text=text) for text in random.Random(7).sample(texts, min(chosen.llm, len(texts)))])
        return
    gold = bundled_gold()
    if chosen.gold:
        gold = gold_posts(rows_of([chosen.gold]), {(row["channel"], str(row["id"])): row["text"] for row in posts})
    quality(gold)
    pay(gold)
    print("\nSpeed, one core, CPU time")
    for file in chosen.items:
        ads = [ad_of(row, str(file)) for row in rows_of([file], SAMPLE)]
        speed(file.name, ads)
    speed("posts", [Ad(text=row["text"]) for row in posts[:SAMPLE]] or [Ad(text=post.text) for post in gold] * 20)


if __name__ == "__main__":
    main()
