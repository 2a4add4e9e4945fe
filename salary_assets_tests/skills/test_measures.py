"""The figures: scores that can be worked out by hand, the packaged gold, and the real gold where it is at hand."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.skills import SkillMapper, build_canon, coverage_figures, gold_figures, packaged_gold
from salary_assets.skills.evaluation import pair_scores
from salary_assets.skills.holdout import hold_out
from salary_assets.skills.overrides import packaged_overrides
from salary_assets.skills.review import changes, least_sure, least_sure_verdicts, sizes, unmapped
from salary_assets.skills.spellings import raw_skills
from salary_assets.storage.schemas.skills import SkillVerdicts

SHARED_GOLD = Path(__file__).parents[2] / ".." / "shared" / "data" / "gold" / "skills_ru_it.csv"


@pytest.fixture(scope="module")
def mapper() -> SkillMapper:
    return SkillMapper.from_backbone()


def canon_of(mentions: list[str], previous: pd.DataFrame | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    frame = pd.DataFrame({"spelling": mentions, "position": "Тестировщик"}).astype("str")
    return build_canon(raw_skills(frame), SkillVerdicts.no_rows(), previous)


def test_pair_scores_are_those_worked_out_by_hand() -> None:
    truth = {"a": "x", "b": "x", "c": "x", "d": "y"}
    scores = pair_scores(truth, {"a": "1", "b": "1", "c": "2", "d": "2"})
    assert (scores.precision, scores.recall, scores.pairs) == (1 / 2, 1 / 3, 3)
    precision, recall = (1 + 1 + 0.5 + 0.5) / 4, (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4
    assert scores.b_cubed_f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_every_figure_of_the_packaged_gold_keeps_its_bound(mapper: SkillMapper) -> None:
    figures = gold_figures(mapper, packaged_gold())
    assert len(figures) == 6
    assert figures[~figures["passed"]].empty


@pytest.mark.shared
@pytest.mark.skipif(not SHARED_GOLD.exists(), reason="needs ../shared/data/gold beside the checkout")
def test_every_figure_of_the_real_gold_keeps_its_bound(mapper: SkillMapper) -> None:
    figures = gold_figures(mapper, pd.read_csv(SHARED_GOLD, dtype="str", keep_default_na=False))
    assert figures[~figures["passed"]].empty


def test_a_mapper_that_merges_everything_fails_the_figures(mapper: SkillMapper) -> None:
    gold = pd.DataFrame({"raw": ["React", "ReactJS"], "canon": ["one", "another"], "kind": "single"})
    assert not gold_figures(mapper, gold).set_index("figure").loc["pair precision", "passed"]


def test_coverage_counts_mentions_and_not_spellings() -> None:
    _, aliases = canon_of(["Python"] * 8 + ["питон"] + ["Git"] * 2 + ["нечто неведомое"])
    shares = coverage_figures(aliases, most=1).set_index("figure")["value"]
    assert shares["mentions covered"] == pytest.approx(9 / 12)
    assert shares["mentions unknown"] == pytest.approx(1 / 12)


def test_hidden_spellings_and_skills_are_hidden(mapper: SkillMapper) -> None:
    hidden = hold_out(packaged_gold(), random.Random(1))
    aliases = {alias for row in hidden.rows for alias in row.aliases} - {row.canon for row in hidden.rows}
    assert hidden.unseen
    assert aliases.isdisjoint(hidden.unseen)


def test_the_review_says_what_changed_and_what_is_least_sure() -> None:
    before = canon_of(["Python", "Elasticsaerch", "Гидропонный фреймворк"])
    after = canon_of(["Python", "Elasticsaerch", *["Гидропонный фреймворк"] * 3, "Git"], before[0])
    changed = changes(before, after)
    assert changed["change"].tolist() == ["moved spelling", "new skill", "new spelling"]
    assert changed["what"].tolist()[0] == "Гидропонный фреймворк"
    assert least_sure(after[1])["spelling"].tolist()[0] == "Elasticsaerch"
    assert sizes(*after)["canon"].tolist()[0] == "Гидропонный фреймворк"
    assert unmapped(before[1])["name"].tolist() == ["Гидропонный фреймворк"]


def test_of_the_least_sure_those_asked_for_most_come_first() -> None:
    _, aliases = canon_of(["Python"] * 5 + ["Elasticsaerch"] + ["PosgresSQL"] * 3)
    assert least_sure(aliases)["spelling"].tolist() == ["PosgresSQL", "Elasticsaerch", "Python"]
    raw = raw_skills(pd.DataFrame({"spelling": ["крендель", "зигзаг", "зигзаг"], "position": "x"}).astype("str"))
    decided = [("крендель", "c", "narrower", 0.7), ("зигзаг", "c", "narrower", 0.8), ("зигзаг", "d", "same", 0.9)]
    verdicts = SkillVerdicts.frame(
        [
            {"left": left, "right": right, "verdict": verdict, "by": "rules", "reason": "r", "confidence": sure}
            for left, right, verdict, sure in decided
        ]
    )
    shown = least_sure_verdicts(verdicts, raw)
    assert shown["vacancies"].tolist() == [2, 1, 2]
    assert shown["right"].tolist() == ["c", "c", "d"]


def test_a_spelling_that_arrives_overnight_is_mapped_and_moves_no_other() -> None:
    evening = ["Python", "питон", "Docker/Kubernetes", *["Гидропонный фреймворк"] * 3]
    before = canon_of(evening)
    after = canon_of([*evening, "Постгря 16, Python"], before[0])
    kept = after[1][after[1]["spelling"].isin(evening)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, before[1])
    assert set(before[0]["canon_id"]) == set(after[0]["canon_id"])
    night = SkillMapper.from_frames(*before, packaged_overrides()).map(["знание Python, Git"])
    assert night["canon"].tolist() == ["Python", "Git"]
