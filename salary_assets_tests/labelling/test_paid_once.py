"""No ad is paid for twice: not by a second run, not by runs side by side, not after a kill; and never past the budget.

Runs are real processes that share a cache, once in SQLite, once in PostgreSQL.
"""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from salary_assets.labelling import Ad, labeller_from
from salary_assets.storage import load_settings
from salary_assets_tests.emulators.mistral import MODEL, MistralEmulator
from salary_assets_tests.emulators.postgres import postgres
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.labelling.asking import ads, asking, post

BY_MODEL = f"mistral:{MODEL}"


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a cache; runs on PostgreSQL are told apart by the name of their model."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["salary_assets_tests.labelling.warm"])


def labelling(home: Path, env: dict[str, str], places: range, out: Path) -> None:
    """A run: what a process of its own does."""
    with labeller_from(load_settings(home, env)) as labeller:
        labels = labeller.label([Ad(text=post(place)) for place in places])
        out.write_text(json.dumps({"by": [label.labeller for label in labels], "account": labeller.account()}))


class Runs:
    """Labelling in processes of their own, all with one server and one cache."""

    def __init__(self, server: MistralEmulator, cache: str, folder: Path, model: str) -> None:
        self.folder = folder
        self.env = {
            "SALARY_ASSETS_LABELLER": "mistral",
            "SALARY_ASSETS_LABEL_CACHE_URL": cache,
            "SALARY_ASSETS_MISTRAL_MODEL": model,
            "SALARY_ASSETS_LLM_POLL_SECONDS": "0.1",
            "MISTRAL_SERVER_URL": server.url,
        }

    def start(self, name: str, places: range, **env: str) -> BaseProcess:
        out = self.folder / f"{name}.json"
        run = PROCESSES.Process(target=labelling, args=(self.folder, self.env | env, places, out), name=name)
        run.start()
        return run

    def finish(self, run: BaseProcess) -> tuple[list[str], dict[str, Any]]:
        """Who labelled each ad, and the account of the run."""
        run.join(120)
        assert run.exitcode == 0
        said = json.loads((self.folder / f"{run.name}.json").read_text())
        return said["by"], said["account"]


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def test_runs_side_by_side_ask_each_ad_once(tmp_path: Path, cache: str) -> None:
    with MistralEmulator(delay_seconds=0.3) as server:
        runs = Runs(server, cache, tmp_path, "mistral-small-beside")
        one, other = runs.start("one", range(40)), runs.start("other", range(20, 60))
        labelled = runs.finish(one)[0] + runs.finish(other)[0]

    assert set(labelled) == {BY_MODEL}
    assert len(server.paid) == 60
    assert set(server.paid.values()) == {1}


def test_a_run_killed_while_it_waits_for_answers_pays_nothing_twice(tmp_path: Path, cache: str) -> None:
    with MistralEmulator(delay_seconds=0.4) as server:
        runs = Runs(server, cache, tmp_path, "mistral-small-killed")
        killed = runs.start("killed", range(80))
        until(lambda: len(server.questions) >= 3)
        killed.kill()
        killed.join()
        said, account = runs.finish(runs.start("next", range(80)))

    assert set(server.paid.values()) == {1}, "what went out before the kill may have been paid: it is not sent again"
    lost = account.get("by_rules: sent by a run that is gone, never answered", 0)
    assert account["from_cache"] > 0
    assert lost <= 4 * 8, "at most the calls under way at the kill are left to the rules"
    assert (said.count(BY_MODEL), said.count("rules")) == (80 - lost, lost)


def test_a_killed_run_s_batch_is_found_again(tmp_path: Path, cache: str) -> None:
    with MistralEmulator() as server:
        runs = Runs(server, cache, tmp_path, "mistral-small-batch")
        batch = {"SALARY_ASSETS_LLM_BATCH_FROM": "1"}
        killed = runs.start("killed", range(30), **batch, SALARY_ASSETS_LLM_POLL_SECONDS="30")
        until(lambda: any(job["looked_at"] for job in server.jobs.values()))
        killed.kill()
        killed.join()
        said, account = runs.finish(runs.start("next", range(40), **batch))

    assert set(said) == {BY_MODEL}
    assert len(server.jobs) == 2, "the first job's answers are taken, only ten more ads are handed over"
    assert set(server.paid.values()) == {1}
    assert account["ads"] == 40


def test_a_second_run_costs_nothing(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        with asking(server, tmp_path) as labeller:
            first, paid = labeller.label(ads(20)), labeller.account()
        with asking(server, tmp_path) as labeller:
            second, free = labeller.label(ads(20)), labeller.account()

    assert second == first
    assert (paid["ads"], paid["calls"], paid["input_tokens"]) == (20, 3, server.tokens["input"])
    assert (paid["rub"] or 0) == pytest.approx((paid["usd"] or 0) * 80, rel=1e-3)
    assert (free["from_cache"], free["usd"], free.get("input_tokens", 0)) == (20, 0, 0)


@pytest.mark.parametrize("damage", ["{", "", "{}", "null", "\x00"])
def test_an_answer_that_was_damaged_in_the_cache_is_asked_for_again(tmp_path: Path, damage: str) -> None:
    with MistralEmulator() as server:
        with asking(server, tmp_path) as labeller:
            first = labeller.label(ads(20))
        (file,) = tmp_path.rglob("*.sqlite")
        with sqlite3.connect(file) as kept:
            kept.execute("update llm_answers set answer = ? where key = (select min(key) from llm_answers)", [damage])
        with asking(server, tmp_path) as labeller:
            again, account = labeller.label(ads(20)), labeller.account()

    assert again == first
    assert (account["from_cache"], account["damaged_in_cache"], account["ads"]) == (19, 1, 1)


def test_the_account_is_of_what_was_labelled_since_the_last(tmp_path: Path) -> None:
    """So that each partition of a run is told its own cost."""
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        labeller.label(ads(8))
        first = labeller.account()
        labeller.label(ads(12))
        second = labeller.account()

    assert (first["ads"], second["ads"], second["from_cache"]) == (8, 4, 8)
    assert (first["usd"] or 0) + (second["usd"] or 0) == pytest.approx(labeller.spending.usd, abs=1e-5)


def test_equal_ads_are_asked_about_once(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        labels = labeller.label(ads(1) * 5)

    assert set(server.paid.values()) == {1}
    assert {label.labeller for label in labels} == {BY_MODEL}


@pytest.mark.parametrize("batch_from", ["1", "1000"])
def test_the_budget_is_never_passed(tmp_path: Path, batch_from: str) -> None:
    with MistralEmulator() as server:
        with asking(server, tmp_path, BUDGET_RUB="0.8", BATCH_FROM=batch_from) as labeller:
            labels = labeller.label(ads(120))
            account = labeller.account()
        with asking(server, tmp_path) as labeller:
            later = labeller.label(ads(120))

    by_rules = [label for label in labels if label.labeller == "rules"]
    assert 0 < (account["rub"] or 0) <= 0.8
    assert 0 < len(by_rules) < 120
    assert all(label.labeller_version.endswith(": budget") for label in by_rules)
    assert {label.labeller for label in later} == {BY_MODEL}, "what the budget left is asked about by a later run"
    assert set(server.paid.values()) == {1}


def test_a_server_that_counts_no_tokens_is_within_the_budget_too(tmp_path: Path) -> None:
    def uncounted(response: Response) -> Response:
        return Response.json(json.loads(response.body) | {"usage": {}})

    with MistralEmulator() as server, asking(server, tmp_path, BUDGET_RUB="0.8") as labeller:
        server.faults.append(Fault("change", 99, on="/v1/chat", change=uncounted))
        labels = labeller.label(ads(120))

    assert {label.labeller for label in labels} == {BY_MODEL, "rules"}
    assert 0 < labeller.spending.usd * 80 <= 0.8


def test_no_budget_asks_nothing(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, BUDGET_USD="0") as labeller:
        labels = labeller.label(ads(3))

    assert server.requests == []
    assert {label.labeller for label in labels} == {"rules"}


def test_another_model_is_asked_anew(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        for model in ("mistral-small-latest", "mistral-medium-latest"):
            with asking(server, tmp_path, model=model) as labeller:
                labeller.label(ads(2))

    assert set(server.paid.values()) == {2}
