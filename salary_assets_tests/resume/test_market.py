"""The ads nearest to a resume, and silence where there are too few."""

import pandas as pd
import pytest

from salary_assets.resume.market import Market, covered, neighbourhood
from salary_assets.storage.vocabulary import POSITIONS

PROGRAMMER = "Программист, разработчик"


@pytest.fixture(scope="module")
def market(full_sample_market: tuple[pd.DataFrame, dict[str, float]]) -> Market:
    ads, effects = full_sample_market
    return Market(ads, {name: name for name in effects}, pd.DataFrame())


def test_the_nearest_ads_share_the_stack_of_the_resume(market: Market) -> None:
    near = neighbourhood(market, PROGRAMMER, ["Python", "Django", "PostgreSQL"])

    assert near is not None
    assert near.shares["Python"] > 0.9
    assert near.shares.get("1С:Предприятие", 0.0) < 0.05
    assert set(near.ads["position"]) == {PROGRAMMER}
    assert near.employers > 20


def test_one_skill_is_too_little_to_compare_by(market: Market) -> None:
    assert neighbourhood(market, PROGRAMMER, ["Python"]) is None


def test_skills_that_no_ad_combines_give_no_neighbourhood(market: Market) -> None:
    assert neighbourhood(market, PROGRAMMER, ["Figma", "BGP"]) is None


def test_skills_from_another_trade_do_not_silence_the_rest(market: Market) -> None:
    odd = [f"odd {number}" for number in range(30)]
    alone = pd.DataFrame([{**market.ads.iloc[0].to_dict(), "position": PROGRAMMER, "skills": [name]} for name in odd])
    wider = Market(
        pd.concat([market.ads, alone], ignore_index=True), market.names | {name: name for name in odd}, pd.DataFrame()
    )

    near = neighbourhood(wider, PROGRAMMER, ["Python", "Django", *odd])

    assert near is not None
    assert near.shares["Python"] > 0.9


def test_an_unknown_profession_compares_with_all_ads(market: Market) -> None:
    near = neighbourhood(market, None, ["SQL", "Python", "Pandas"])

    assert near is not None
    assert len(set(near.ads["position"]) & set(POSITIONS)) > 1


def test_an_ad_is_covered_when_most_of_its_skills_are_known() -> None:
    ads = pd.DataFrame({"skills": [["a", "b", "c"], ["a", "x", "y"], []]})

    assert covered(ads, {"a", "b"}) == 1
    assert covered(ads, {"a", "b", "x"}) == 2
