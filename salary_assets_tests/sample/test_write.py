"""The written sample: repeatable, complete, and as messy as it says."""

import csv
import gzip
import hashlib
import io
import json
from pathlib import Path

import pytest

from salary_assets.sample import read_truth, write_sample
from salary_assets.storage.vocabulary import POSITIONS


def records(path: Path) -> list[dict]:
    """JSON lines of a file that are objects; broken ones left out."""
    found = []
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", seed=5, scale=0.05)
    write_sample(tmp_path / "two", seed=5, scale=0.05)

    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_another_seed_gives_another_market(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", seed=5, scale=0.05)
    write_sample(tmp_path / "two", seed=6, scale=0.05)

    same = hashes(tmp_path / "one").items() & hashes(tmp_path / "two").items()

    assert same == set()


def test_a_scale_that_is_not_positive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        write_sample(tmp_path, scale=0)


def test_the_full_sample_has_the_promised_size(full_sample: Path) -> None:
    law = json.loads((full_sample / "truth.json").read_text("utf-8"))

    # Beside the ads: a dozen changed versions of hh items and ten broken records.
    assert {name: entry["records"] for name, entry in law["files"].items()} == {
        "hh.jsonl.gz": 6017,
        "sample_jobs.jsonl.gz": 603,
        "sample_board.csv.gz": 302,
    }
    assert sum(path.stat().st_size for path in full_sample.iterdir()) < 3_000_000


def test_truth_knows_every_readable_ad_and_nothing_else(full_sample: Path) -> None:
    broken_ids = {"1", "2", "9000001"}
    hh = {item["id"] for item in records(full_sample / "hh.jsonl.gz") if "id" in item}
    posts = {str(post["id"]) for post in records(full_sample / "sample_jobs.jsonl.gz") if "id" in post}
    table = gzip.decompress((full_sample / "sample_board.csv.gz").read_bytes()).decode()
    board = {row["url"].rsplit("/", 1)[-1] for row in csv.DictReader(io.StringIO(table)) if row["date"] != "2026-02-31"}
    ads = (
        {f"sample_hh/{one}" for one in hh - broken_ids}
        | {f"tg_sample_jobs/{one}" for one in posts - broken_ids}
        | {f"sample_board/{one}" for one in board - {""}}
    )

    truth = read_truth(full_sample)

    assert set(truth.rows["id"]) == ads
    assert truth.rows["id"].is_unique


def test_broken_records_stand_where_truth_says(full_sample: Path) -> None:
    law = json.loads((full_sample / "truth.json").read_text("utf-8"))
    lines = gzip.decompress((full_sample / "hh.jsonl.gz").read_bytes()).decode().splitlines()
    places = {entry["why"]: entry["record"] for entry in law["files"]["hh.jsonl.gz"]["broken"]}

    with pytest.raises(json.JSONDecodeError):
        json.loads(lines[places["cut off in the middle"] - 1])
    assert json.loads(lines[places["a list instead of an object"] - 1]) == ["vacancy", 1]
    assert "id" not in json.loads(lines[places["no id"] - 1])
    assert "published_at" not in json.loads(lines[places["no publication date"] - 1])
    assert json.loads(lines[places["a date in words"] - 1])["published_at"] == "вчера"


def test_every_profession_of_the_catalogue_is_there(full_sample: Path) -> None:
    vacancies = read_truth(full_sample).rows.query("kind == 'vacancy' and source == 'sample_hh'")

    counts = vacancies["position"].value_counts()

    assert set(counts.index) == set(POSITIONS)
    assert counts.min() >= 25


def test_the_sample_spans_twelve_months_to_october_2026(full_sample: Path) -> None:
    published = [item["published_at"] for item in records(full_sample / "hh.jsonl.gz") if "published_at" in item]
    months = {moment[:7] for moment in published} - {"вчера"}

    assert (len(months), min(months), max(months)) == (12, "2025-11", "2026-10")
    assert {moment[-5:] for moment in published} == {"+0300", "вчера"}


def test_pay_is_stated_as_rarely_and_as_loosely_as_in_life(full_sample: Path) -> None:
    rows = read_truth(full_sample).rows.query("kind == 'vacancy' and source == 'sample_hh'")
    pay = [entry for entry in rows["pay"] if entry]

    assert 0.33 < len(pay) / len(rows) < 0.45
    assert 0.40 < sum(entry["amount_to"] is None or entry["amount_from"] is None for entry in pay) / len(pay) < 0.55
    assert {entry["currency"] for entry in pay} == {"RUB", "USD", "EUR", "KZT"}
    assert {entry["tax"] for entry in pay} == {"net", "gross", "unknown"}


def test_pay_in_a_foreign_currency_has_no_rouble_truth(full_sample: Path) -> None:
    pay = [entry for entry in read_truth(full_sample).rows["pay"] if entry and entry["currency"] != "RUB"]

    assert len(pay) > 50
    assert all(entry["net_from"] is None and entry["net_to"] is None for entry in pay)


def test_a_cross_post_names_the_pay_and_the_duties_of_its_original(full_sample: Path) -> None:
    rows = read_truth(full_sample).rows
    crossed = rows.query("source == 'tg_sample_jobs' and repeat == 'cross_post'").iloc[0]
    original = rows.query(f"group == '{crossed['group']}' and repeat == 'original'").iloc[0]
    items = {item.get("id"): item for item in records(full_sample / "hh.jsonl.gz")}
    posts = {str(post.get("id")): post["text"] for post in records(full_sample / "sample_jobs.jsonl.gz")}
    first_duty = items[original["id"].split("/")[1]]["description"].split("<li>")[1].split("</li>")[0]

    assert crossed["pay"] == original["pay"]
    assert first_duty in posts[crossed["id"].split("/")[1]]


def test_skills_are_spelled_as_the_truth_says(full_sample: Path) -> None:
    rows = read_truth(full_sample).rows.query("source == 'sample_hh' and is_it").head(300)
    items = {item.get("id"): item for item in records(full_sample / "hh.jsonl.gz")}
    texts = [items[one.split("/")[1]]["description"] for one in rows["id"]]

    missing = [
        use["spelling"]
        for text, uses in zip(texts, rows["skills"], strict=True)
        for use in uses
        if use["spelling"] not in text
    ]

    assert missing == []
