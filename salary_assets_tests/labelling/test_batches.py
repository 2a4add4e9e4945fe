"""Batches whose results are damaged, late, gone, or not to be had: nobody pays twice and no run stops over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from salary_assets_tests.emulators.mistral import MODEL, MistralEmulator, failure
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.labelling.asking import ads, asking

BY_MODEL = f"mistral:{MODEL}"


def changed(old: bytes, new: bytes) -> Fault:
    """Results of a batch in which the first such bytes are others."""

    def change(good: Response) -> Response:
        return Response(good.body.replace(old, new, 1), content_type=good.content_type)

    return Fault("change", on="/content$", change=change)


@pytest.mark.parametrize("mark", ["\u2028", "\u0085"])
def test_what_some_take_for_the_end_of_a_line_is_none_in_results(tmp_path: Path, mark: str) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, BATCH_FROM="1") as labeller:
        server.faults.append(changed(b"FastAPI", f"Fast{mark}API".encode()))
        labels = labeller.label(ads(4))

    assert {label.labeller for label in labels} == {BY_MODEL}


def test_half_a_surrogate_pair_in_results_is_kept_out_of_the_cache(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, BATCH_FROM="1") as labeller:
        server.faults.append(changed(b"FastAPI", rb"Fast\ud83d\u0000API"))
        labels = labeller.label(ads(4))

    assert {label.labeller for label in labels} == {BY_MODEL}


def test_a_damaged_line_of_results_costs_its_ads_only(tmp_path: Path) -> None:
    """They were answered and paid: only who asks for it has them sent again."""
    with MistralEmulator() as server:
        server.faults.append(changed(b"{", b"<"))
        with asking(server, tmp_path, BATCH_FROM="1") as labeller:
            labels = labeller.label(ads(20))
        with asking(server, tmp_path, BATCH_FROM="1") as labeller:
            later = labeller.label(ads(20))
        paid = set(server.paid.values())
        with asking(server, tmp_path, BATCH_FROM="1", RESEND="1") as labeller:
            resent = labeller.label(ads(20))

    by_rules = [label for label in labels if label.labeller == "rules"]
    assert 0 < len(by_rules) <= 8
    assert all("cannot be read" in label.labeller_version for label in by_rules)
    assert (later, paid) == (labels, {1})
    assert {label.labeller for label in resent} == {BY_MODEL}


@pytest.mark.parametrize("on", ["/v1/files$", "/v1/batch"])
def test_a_server_without_batches_leaves_the_ads_to_be_asked_about_in_calls(tmp_path: Path, on: str) -> None:
    with MistralEmulator() as server:
        server.faults.append(Fault("answer", 99, on=on, response=failure(404)))
        with asking(server, tmp_path, BATCH_FROM="1") as labeller:
            labels = labeller.label(ads(4))
        with asking(server, tmp_path) as labeller:
            later = labeller.label(ads(4))

    assert all("SALARY_ASSETS_LLM_BATCH_FROM" in label.labeller_version for label in labels)
    assert {label.labeller for label in later} == {BY_MODEL}


def test_results_that_the_server_no_longer_keeps_are_asked_for_again_on_request(tmp_path: Path) -> None:
    with MistralEmulator() as server:
        server.faults.append(Fault("answer", 99, on="/v1/batch/jobs/", response=failure(500)))
        with asking(server, tmp_path, BATCH_FROM="1", RETRY_SECONDS="0.1") as labeller:
            left = labeller.label(ads(4))
        server.faults.clear()
        server.jobs.clear()
        with asking(server, tmp_path, BATCH_FROM="1", RETRY_SECONDS="0.1") as labeller:
            later = labeller.label(ads(4))
        assert server.jobs == {}, "the answers may have been paid for"
        with asking(server, tmp_path, BATCH_FROM="1", RETRY_SECONDS="0.1", RESEND="1") as labeller:
            resent = labeller.label(ads(4))

    assert all("left for later" in label.labeller_version for label in left)
    assert {label.labeller for label in later} == {"rules"}
    assert {label.labeller for label in resent} == {BY_MODEL}


def test_a_batch_left_for_later_is_taken_in_by_the_next_question(tmp_path: Path) -> None:
    with MistralEmulator() as server, asking(server, tmp_path, BATCH_FROM="1", RETRY_SECONDS="0.1") as labeller:
        server.faults.append(Fault("answer", 99, on="/v1/batch/jobs/", response=failure(500)))
        left = labeller.label(ads(4))
        server.faults.clear()
        later = labeller.label(ads(4))

    assert {label.labeller for label in left} == {"rules"}
    assert {label.labeller for label in later} == {BY_MODEL}
    assert set(server.paid.values()) == {1}


def test_a_batch_left_for_later_keeps_its_part_of_the_budget(tmp_path: Path) -> None:
    """Its job goes on at the server and will be charged."""
    limits = {"BATCH_FROM": "1", "BUDGET_USD": "0.002", "RETRY_SECONDS": "0.1"}
    with MistralEmulator() as server, asking(server, tmp_path, **limits) as labeller:
        server.faults.append(Fault("answer", 99, on="/v1/batch/jobs/", response=failure(500)))
        first = labeller.label(ads(12))
        second = labeller.label(ads(24)[12:])

    assert any("left for later" in label.labeller_version for label in first)
    assert all(label.labeller_version.endswith(": budget") for label in second)
    assert len(server.jobs) == 1
