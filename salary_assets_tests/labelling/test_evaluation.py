"""Labels held against gold: the bundled posts always, the posts read from real channels where they are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from salary_assets.labelling import Ad, Label, RulesLabeller, bundled_gold, evaluate_gold, gold_posts
from salary_assets.labelling.evaluation import agreement, evaluate
from salary_assets_tests.emulators.mistral import MistralEmulator
from salary_assets_tests.labelling.asking import asking


class Careless(RulesLabeller):
    """Takes every post for a resume and finds no pay."""

    def label(self, ads: list[Ad]) -> list[Label]:
        return [label.model_copy(update={"kind": "resume", "pay": None}) for label in super().label(ads)]


def test_rules_pass_every_gate_on_the_bundled_posts() -> None:
    report = evaluate_gold()

    assert report.below == {}
    assert report.passed
    assert len(bundled_gold()) >= 40
    assert all(score.low <= score.value <= score.high for score in report.scores.values())


def test_a_worse_labeller_is_stopped_at_the_fields_it_spoils() -> None:
    report = evaluate_gold(Careless())

    assert not report.passed
    assert {"kind", "pay", "tax_and_period"} <= set(report.below)
    assert "skills" not in report.below


def test_ambiguous_fields_are_left_out_of_the_score() -> None:
    row = {"text": "Ищем Java-разработчика, Казань", "kind": "vacancy", "city": "Пермь", "ambiguous": ["city"]}
    (post,) = gold_posts([row])

    scores = evaluate(RulesLabeller().label([Ad(text=post.text)]), [post])

    assert scores["city"].posts == 0
    assert scores["position"].posts == 1


def test_one_label_for_each_post_is_asked_for() -> None:
    with pytest.raises(ValueError, match="0 labels for"):
        evaluate([], bundled_gold())


def test_the_mistral_path_keeps_the_figures_of_what_the_model_says(tmp_path: Path) -> None:
    """The emulator answers by the rules: redaction, checking and merging must lose nothing of it."""
    gold = bundled_gold()
    with MistralEmulator() as server, asking(server, tmp_path) as labeller:
        said = labeller.label([Ad(text=post.text) for post in gold])

    alike = agreement(RulesLabeller().label([Ad(text=post.text) for post in gold]), said)
    assert {field: score.value for field, score in alike.items() if score.value < 0.95} == {}


@pytest.mark.shared
def test_rules_pass_every_gate_on_posts_of_real_channels(shared_data: Path) -> None:
    texts = {}
    for file in sorted((shared_data / "telegram").glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            row = json.loads(line)
            texts[row["channel"], str(row["id"])] = row["text"]
    rows = [
        json.loads(line) for line in (shared_data / "gold" / "telegram_posts.jsonl").read_text("utf-8").splitlines()
    ]

    report = evaluate_gold(gold=gold_posts(rows, texts))

    assert report.below == {}
