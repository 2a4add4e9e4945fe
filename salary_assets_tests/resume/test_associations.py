"""Pay that goes with a skill: the raw gap is explained away, a real difference is found, a thin one is not claimed."""

import numpy as np
import pandas as pd
import pytest

from salary_assets.resume.associations import skill_associations


def ads(count: int = 900, effect: float = 0.25, seed: int = 7) -> pd.DataFrame:
    """A profession where `go` pays `effect` more, and `docker` none but is asked of seniors, who earn twice as much."""
    rng = np.random.default_rng(seed)
    senior = rng.random(count) < 0.5
    docker = rng.random(count) < np.where(senior, 0.8, 0.2)
    go = rng.random(count) < 0.3
    pay = np.exp(11.5 + 0.7 * senior + effect * go + rng.normal(0, 0.2, count))
    named = [[*(["docker"] if d else []), *(["go"] if g else [])] for d, g in zip(docker, go, strict=True)]
    return pd.DataFrame(
        {
            "vacancy_id": [f"v{number}" for number in range(count)],
            "position": "Программист, разработчик",
            "title": "Разработчик",
            "job_cluster_id": "dev",
            "grades": [["senior"] if one else ["junior"] for one in senior],
            "experience_min": np.where(senior, 3.0, 0.0),
            "city": "Москва",
            "work_formats": [["remote"]] * count,
            "month": "2026-05",
            "employer_key": [f"e{number % 200}" for number in range(count)],
            "skills": named,
            "pay_lower": pay * 0.9,
            "pay_upper": np.where(rng.random(count) < 0.3, np.nan, pay * 1.1),
        }
    )


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    return skill_associations(ads()).set_index("canon_id")


def test_a_raw_gap_that_grade_explains_is_not_called_a_difference(found: pd.DataFrame) -> None:
    docker = found.loc["docker"]

    assert docker["raw"] > 0.4
    assert abs(docker["adjusted"]) < 0.06
    assert docker["low"] < 0 < docker["high"]
    assert not docker["clear"]


def test_a_real_difference_is_found_with_its_size_and_counts(found: pd.DataFrame) -> None:
    go = found.loc["go"]

    assert go["low"] < np.expm1(0.25) < go["high"]
    assert go["clear"]
    assert 200 < go["paid"] < 340
    assert go["employers"] <= 200


def test_the_same_ads_give_the_same_figures() -> None:
    once, again = skill_associations(ads(300)), skill_associations(ads(300))

    pd.testing.assert_frame_equal(once, again)


def test_a_skill_named_by_few_paid_ads_gets_no_figure() -> None:
    market = ads()
    market.loc[:20, "skills"] = [["cobol"]] * 21

    assert "cobol" not in set(skill_associations(market)["canon_id"])


def test_a_skill_that_the_title_implies_gets_no_figure() -> None:
    market = ads()
    has_go = market["skills"].map(lambda names: "go" in names)
    market["job_cluster_id"] = np.where(has_go, "go developer", "developer")

    assert "go" not in set(skill_associations(market)["canon_id"])


def test_no_ads_give_no_figures() -> None:
    assert skill_associations(ads().iloc[:0]).empty


def test_intervals_hold_the_truth_of_the_sample_market_as_often_as_they_promise(full_sample_market: tuple) -> None:
    market, true_effects = full_sample_market

    found = skill_associations(market, draws=100)

    # Ads name a skill also where the pay does not depend on it (`a plus`): 85 % of mentions count.
    truth = found["canon_id"].map(true_effects) * 0.85
    inside = (np.log1p(found["low"]) <= truth) & (truth <= np.log1p(found["high"]))
    assert len(found) > 40
    assert inside.mean() > 0.80
    assert not found[found["clear"] & (found["low"] > 0)]["canon_id"].map(true_effects).le(0).any()
