"""Collecting hh.ru from an emulator with the depth limit: everything, with few requests, little CPU, flat memory.

    python -m benchmarks.collect                     # 55 263 generated items
    python -m benchmarks.collect --items FILE        # items of hh.ru's API, JSON lines

Side by side with a plain page loop, as collectors usually have it: it sees the first 2 000 ads of a search.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from benchmarks import peak_mib
from salary_assets import sources
from salary_assets.sources.dates import read_published
from salary_assets.sources.live import Span
from salary_assets.storage import TableStore, load_settings
from salary_assets.storage.clock import month_of
from salary_assets.storage.schemas import RawAds

SIZES = (5_000, 20_000, 55_263)


def generated(count: int) -> list[dict]:
    """Items spread over October 2021, more of them by day."""
    begun = datetime(2021, 9, 30, 21, tzinfo=UTC)
    items = []
    for at in range(count):
        day, hour = at % 30, (at * 7919) % 24 if at % 5 == 0 else 6 + (at * 104_729) % 11
        moment = begun + timedelta(days=day, hours=hour, seconds=(at * 15_485_863) % 3600)
        items.append(
            {
                "id": str(at + 1),
                "name": f"Разработчик {at}",
                "area": {"id": "1", "name": "Москва"},
                "employer": {"id": str(at % 900), "name": f"Работодатель {at % 900}"},
                "salary": {"from": 100_000 + at, "to": None, "currency": "RUR", "gross": bool(at % 2)},
                "published_at": moment.strftime("%Y-%m-%dT%H:%M:%S+0000"),
                "snippet": {"requirement": "Опыт от года. " * 8, "responsibility": "Писать и читать код. " * 6},
                "experience": {"id": "between1And3", "name": "От 1 года до 3 лет"},
            }
        )
    return items


@contextmanager
def emulated(items: Path):
    command = [str(Path(sys.executable).with_name("salary-assets")), "emulate", "hh", "--items", str(items)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        lines = [process.stdout.readline().strip() for _ in range(4)]
        try:
            yield dict(line.removeprefix("export ").split("=", 1) for line in lines)
        finally:
            process.terminate()


def run(items: Path, folder: Path, month: str, now: str) -> dict:
    """Collect in this process; figures of it."""
    with emulated(items) as env:
        settings = load_settings(folder, env=env)
        store = TableStore(settings.tables_url)
        feed = sources.load_registry(settings)["hh"]
        idle = peak_mib()
        before, wall = time.process_time(), time.perf_counter()
        outcome = sources.collect(settings, store, feed, [month], datetime.fromisoformat(now))[month]
        cpu, wall = time.process_time() - before, time.perf_counter() - wall
        peak = peak_mib()
    ids = store.read(RawAds, columns=["native_id"])["native_id"].nunique()
    last = sources.read_runs(store, "hh").iloc[-1]
    return {
        "status": outcome.message,
        "collected": int(ids),
        "requests": int(last["requests"]),
        "bytes": int(last["bytes"]),
        "cpu_s": cpu,
        "wall_s": wall,
        "idle_mib": idle,
        "peak_mib": peak,
    }


def plain_loop(items: Path, month: str) -> dict:
    """Pages of one search until they end, then each vacancy."""
    span = Span.of([month])
    with emulated(items) as env, httpx.Client(base_url=env["HH_API_URL"]) as client:
        client.headers["Authorization"] = f"Bearer {env['HH_APP_TOKEN']}"
        before = time.process_time()
        ids: set[str] = set()
        requests = 0
        for page in range(100_000):
            params = {"page": page, "per_page": 100, "date_from": f"{span.first:%Y-%m-%dT%H:%M:%S%z}"}
            answer = client.get("/vacancies", params=params)
            requests += 1
            if answer.status_code != 200 or not answer.json()["items"]:
                break
            ids |= {item["id"] for item in answer.json()["items"]}
        for native_id in ids:
            client.get(f"/vacancies/{native_id}").json()
            requests += 1
        return {"collected": len(ids), "requests": requests, "cpu_s": time.process_time() - before}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=Path)
    parser.add_argument("--child", nargs=4, metavar=("ITEMS", "FOLDER", "MONTH", "NOW"))
    arguments = parser.parse_args()
    if arguments.child:
        items, folder, month, now = arguments.child
        print(json.dumps(run(Path(items), Path(folder), month, now), ensure_ascii=False))
        return
    if arguments.items:
        with gzip.open(arguments.items, "rt", encoding="utf-8") as file:
            given = [json.loads(line) for line in file]
    else:
        given = generated(SIZES[-1])
    month = month_of(read_published(given[0]["published_at"]).at)
    now = (Span.of([month]).last - timedelta(hours=1)).isoformat()
    print(f"{'':<14}{'ads':>8}{'collected':>11}{'lost':>7}{'requests':>10}{'minimum':>9}{'ratio':>7}", end="")
    print(f"{'CPU ms/ad':>11}{'ads/s':>8}{'idle MiB':>10}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sorted({min(size, len(given)) for size in SIZES}):
            items = Path(folder) / f"items-{size}.jsonl"
            step = len(given) / size
            chosen = [given[int(at * step)] for at in range(size)]
            items.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in chosen), encoding="utf-8")
            child = [sys.executable, "-m", "benchmarks.collect", "--child", items, f"{folder}/home-{size}", month, now]
            done = subprocess.run(list(map(str, child)), check=True, stdout=subprocess.PIPE, text=True)
            show("collect", size, json.loads(done.stdout))
        show("page loop", size, plain_loop(items, month))


def show(name: str, size: int, figures: dict) -> None:
    minimum, collected, requests = -(-size // 100) + size, figures["collected"], figures["requests"]
    print(f"{name:<14}{size:>8}{collected:>11}{size - collected:>7}{requests:>10}{minimum:>9}", end="")
    print(f"{requests / minimum:>7.3f}{figures['cpu_s'] / max(1, collected) * 1000:>11.2f}", end="")
    if "wall_s" in figures:
        print(f"{collected / figures['wall_s']:>8.0f}{figures['idle_mib']:>10.0f}{figures['peak_mib']:>10.0f}", end="")
    print(flush=True)


if __name__ == "__main__":
    main()
