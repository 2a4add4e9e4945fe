"""Latency of the service beside its own /healthz, at one and at eight requests at a time.

    python -m benchmarks.service [--home DIR] [--seconds 10]

Uses the promoted model of the home; without one, a small model trained on the sample market. The service runs as a
process of its own. Times are wall clock of this machine, whatever else it does: read the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import numpy as np
import psutil

from salary_assets.storage import load_settings

ASKED = {
    "title": "Python-разработчик",
    "grade": "middle",
    "region": "Москва",
    "experience_years": 3.5,
    "skills": ["Python", "Django", "PostgreSQL", "Docker", "Kubernetes"],
}
RESUME = """Python-разработчик
250 000 ₽ на руки
Москва
Опыт работы
Март 2021 — по настоящее время
ООО Пример
Python-разработчик
Писал сервис заявок на FastAPI и PostgreSQL, сократил время ответа на 30 %.
Образование
2018, Технический университет
Навыки
Python, Django, PostgreSQL, Docker
"""
CONCURRENCY = (1, 8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--seconds", type=float, default=10.0, help="per line of the table")
    arguments = parser.parse_args()
    home = load_settings(arguments.home).home
    with tempfile.TemporaryDirectory() as folder:
        if not (home / "models/current.json").exists():
            home = Path(folder)
            _small_model(home)
        server, port = _start(home)
        try:
            asyncio.run(_measure(f"http://127.0.0.1:{port}", server.pid, arguments.seconds))
        finally:
            server.terminate()
            server.wait()


def _small_model(home: Path) -> None:
    from salary_assets_tests.service.market import write_models

    print("no promoted model: training a small one on the sample market")
    write_models(home / "sample", home / "models")


def _start(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    start = "from salary_assets.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", "--home", str(home), "--port", str(port)]
    server = subprocess.Popen(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200:
                return server, port
        except httpx.TransportError:
            time.sleep(0.2)
    server.kill()
    raise SystemExit("the service did not become ready in two minutes")


async def _measure(address: str, pid: int, seconds: float) -> None:
    routes = {
        "GET /healthz (baseline)": lambda client: client.get("/healthz"),
        "POST /v1/estimate": lambda client: client.post("/v1/estimate", json=ASKED),
        "POST /v1/estimate, explained": lambda client: client.post("/v1/estimate", json=ASKED | {"explain": True}),
        "POST /v1/resume (text)": lambda client: client.post("/v1/resume", files={"file": RESUME.encode()}),
    }
    print(f"model {(await _get(address, '/v1/model'))['version']}, load average {os.getloadavg()[0]:.1f}")
    print(f"{'route':<32}{'at once':>8}{'p50 ms':>9}{'p90':>8}{'p99':>8}{'per s':>8}{'CPU ms':>8}")
    for name, send in routes.items():
        for concurrency in CONCURRENCY:
            process = psutil.Process(pid)
            before = _cpu(process)
            started = time.perf_counter()
            times = await _load(address, send, concurrency, seconds)
            took, spent = time.perf_counter() - started, _cpu(process) - before
            p50, p90, p99 = np.percentile(times, [50, 90, 99]) * 1000
            print(
                f"{name:<32}{concurrency:>8}{p50:>9.1f}{p90:>8.1f}{p99:>8.1f}"
                f"{len(times) / took:>8.0f}{1000 * spent / len(times):>8.1f}"
            )
    print(f"resident memory of the service: {psutil.Process(pid).memory_info().rss / 2**20:.0f} MB")


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


async def _load(address: str, send, concurrency: int, seconds: float) -> list[float]:  # type: ignore[no-untyped-def]
    times: list[float] = []
    stop = time.perf_counter() + seconds

    async def one() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            await send(client)
            while time.perf_counter() < stop:
                started = time.perf_counter()
                answer = await send(client)
                times.append(time.perf_counter() - started)
                if answer.status_code != 200:
                    raise SystemExit(f"{answer.status_code}: {answer.text[:300]}")

    await asyncio.gather(*(one() for _ in range(concurrency)))
    return times


async def _get(address: str, path: str) -> dict[str, object]:
    async with httpx.AsyncClient(base_url=address) as client:
        found: dict[str, object] = json.loads((await client.get(path)).content)
        return found


if __name__ == "__main__":
    main()
