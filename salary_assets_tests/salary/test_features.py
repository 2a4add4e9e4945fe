"""What trees are shown of an ad: nothing that its own pay made, the same at training as at answering, by its name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from salary_assets.salary.arrays import Floats
from salary_assets.salary.effects import fit_employer_effect
from salary_assets.salary.features import FACTS, TERMS_OF_A_SNIPPET, Encoder, facts, fit_encoder, length_factor
from salary_assets.salary.inputs import from_frame, months_since_epoch
from salary_assets.salary.model import AD, member_folds, recency, row_weights
from salary_assets.salary.target import log_pay
from salary_assets.salary.trees import fit_trees
from salary_assets_tests.salary.conftest import QUICK, market


def _encoded(ads: pd.DataFrame, pay: Floats) -> tuple[Encoder, Floats]:
    groups, weights = ads["group"].tolist(), np.ones(len(ads))
    return fit_encoder(from_frame(ads), groups, pay, weights, member_folds(ads), QUICK, AD.blocks, True)


@pytest.fixture(scope="module")
def unique() -> pd.DataFrame:
    """Ads without reposts: all but the employer's name differs in nothing that pay follows."""
    return market(600, employers=30).drop_duplicates("group").reset_index(drop=True)


@pytest.mark.parametrize("column", ["linear_total", "employer_effect", "employer_words"])
def test_features_of_a_training_ad_know_nothing_of_its_own_pay(unique: pd.DataFrame, column: str) -> None:
    noise = 11.5 + np.random.default_rng(0).normal(0, 1, len(unique))
    encoder, features = _encoded(unique, noise)
    assert np.corrcoef(features[:, encoder.names.index(column)], noise)[0, 1] < 0.1


def test_features_of_a_training_ad_know_what_its_employers_other_ads_pay(unique: pd.DataFrame) -> None:
    by_employer = unique["employer_key"].map(lambda name: int(name.removeprefix("employer")) % 2)
    encoder, features = _encoded(unique, 11.5 + by_employer.to_numpy(dtype=float))
    for column in ("employer_effect", "employer_words"):
        assert np.corrcoef(features[:, encoder.names.index(column)], by_employer)[0, 1] > 0.8


def test_an_ad_is_scored_at_answering_as_it_was_at_training(unique: pd.DataFrame) -> None:
    encoder, features = _encoded(unique, log_pay(unique))
    asked = encoder.transform(from_frame(unique))
    linear = slice(0, encoder.names.index("linear_total") + 1)
    np.testing.assert_allclose(asked[:, linear], features[:, linear], rtol=1e-5, atol=1e-5)


def test_an_employer_never_seen_has_no_record(unique: pd.DataFrame) -> None:
    encoder, _ = _encoded(unique, log_pay(unique))
    strangers = unique.assign(employer_key="nobody", title=unique["title"] + " (nobody)")
    asked = encoder.transform(from_frame(strangers))
    for name in ("employer_effect", "employer_words", "employer_groups"):
        assert not asked[:, encoder.names.index(name)].any()


def test_ads_that_name_no_employer_have_none() -> None:
    effect, seen = fit_employer_effect(["", "", "a"], ["g1", "g2", "g3"], np.array([1.0, 1.0, 0.5]), smoothing=1.0)
    np.testing.assert_array_equal(seen[:2], np.zeros((2, 2)))
    np.testing.assert_array_equal(effect.transform([""]), np.zeros((1, 2)))


def test_a_posting_again_does_not_raise_what_an_employer_pays() -> None:
    once, _ = fit_employer_effect(["a", "a"], ["g1", "g2"], np.array([1.0, 0.0]), smoothing=1.0)
    again, _ = fit_employer_effect(["a"] * 4, ["g1", "g1", "g1", "g2"], np.array([1.0, 1.0, 1.0, 0.0]), smoothing=1.0)
    np.testing.assert_allclose(again.transform(["a"]), once.transform(["a"]))


def test_facts_stand_under_their_names() -> None:
    ads = market(20).assign(experience_min=1.0, experience_max=3.0, title="абв", text="г" * 9)
    ads["skills"] = [["python", "sql"]] * len(ads)
    ads["specializations_raw"] = [["1.221"]] * len(ads)
    ads["grades"] = [["lead"]] * len(ads)
    ads["work_formats"] = [["hybrid"]] * len(ads)
    columns = dict(zip(FACTS, facts(from_frame(ads)).T, strict=True))
    expected = {"experience_min": 1, "experience_max": 3, "title_length": 3, "text_length": np.log(10)}
    expected |= {"skills_named": 2, "specializations_named": 1, "grade_lead": 1, "grade_junior": 0}
    expected |= {"format_hybrid": 1, "format_office": 0}
    assert {name: columns[name][0] for name in expected} == pytest.approx(expected)
    assert columns["months"][0] == pytest.approx(months_since_epoch(ads["published_at"][0]))


def test_long_texts_may_say_more_than_snippets() -> None:
    four_snippets = sparse.csr_matrix(np.ones((5, 4 * TERMS_OF_A_SNIPPET), dtype=np.float32))
    assert length_factor(four_snippets) == pytest.approx(2)
    assert length_factor(sparse.csr_matrix((5, 10), dtype=np.float32)) == 1


def test_copies_share_a_weight_and_old_ads_weigh_less() -> None:
    day = pd.Timestamp("2025-06-01", tz="UTC")
    ads = pd.DataFrame(
        {"group": ["a", "a", "a", "a", "b", "c"], "published_at": [day] * 5 + [day - pd.Timedelta("730.5d")]}
    )
    np.testing.assert_allclose(row_weights(ads, half_life=2.0), [0.5, 0.5, 0.5, 0.5, 1, 0.5])
    np.testing.assert_allclose(recency(ads["published_at"], half_life=1.0)[-2:], [1, 0.25])


def test_trees_heed_weights_and_seed() -> None:
    features = np.random.default_rng(0).normal(size=(200, 3))
    target, first = np.repeat([0.0, 1.0], 100), np.repeat([1e-6, 1.0], 100)
    settings = {"iterations": 50, "depth": 3, "learning_rate": 0.2, "rsm": 0.5}
    assert fit_trees(features, target, first, 0, 1, **settings).predict(features).mean() > 0.95
    answers = [fit_trees(features, features[:, 0], first, seed, 1, **settings).predict(features) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(answers[0], answers[1])
    assert not np.array_equal(answers[0], answers[2])
