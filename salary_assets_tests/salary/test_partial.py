"""People leave out what ads say: what is left out is missing, what the title names is not, and answers stay level."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from salary_assets.salary.inputs import from_frame
from salary_assets.salary.model import PROFILE, Variant, fit
from salary_assets.salary.partial import LEFT_OUT, PARTS, in_part, left_out, without
from salary_assets.salary.target import stated_pay
from salary_assets_tests.salary.conftest import QUICK, market


def test_hidden_columns_are_missing_and_the_others_stay(ads: pd.DataFrame) -> None:
    hidden = without(ads, ("skills", "text", "employer_key", "employer_ads"))
    assert not hidden["skills"].map(len).any()
    assert (hidden["text"] == "").all()
    assert hidden[["employer_key", "employer_ads"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(hidden[["title", "pay_lower"]], ads[["title", "pay_lower"]])


def test_what_a_title_names_is_known_where_it_is_left_out(ads: pd.DataFrame) -> None:
    all_but_title = set(PARTS) - {"title"}
    asked = left_out(ads.assign(title="Ведущий тестировщик"), all_but_title)
    assert set(asked["position"]) == {"Тестировщик"}
    assert set(map(tuple, asked["grades"])) == {("lead",)}
    assert asked[["city", "region", "experience_min", "experience_max"]].isna().all(axis=None)
    assert not asked[["skills", "work_formats"]].map(len).any(axis=None)
    for untold in (left_out(ads.assign(title=None), all_but_title), left_out(ads, PARTS)):
        assert untold["position"].isna().all()
        assert not untold["grades"].map(len).any()


def test_each_ad_leaves_out_its_own_parts_as_often_as_is_said_and_in_any_order(ads: pd.DataFrame) -> None:
    shown = in_part(ads)
    lost = pd.DataFrame(
        {
            "title": shown["title"] == "",
            "experience": shown["experience_min"].isna(),
            "place": shown["city"].isna(),
            "skills": shown["skills"].map(len) == 0,
            "work_format": shown["work_formats"].map(len) == 0,
        }
    )
    for name, share in lost.mean().items():
        assert share == pytest.approx(LEFT_OUT[str(name)] / 10, abs=0.05)
    assert len(lost.drop_duplicates()) >= 28
    pd.testing.assert_frame_equal(in_part(ads[::-1])[::-1], shown)
    assert shown.loc[lost["title"], "position"].notna().all()
    kept = ["pay_lower", "pay_upper", "group", "employer_key"]
    pd.testing.assert_frame_equal(shown[kept], ads[kept])


def test_a_range_holds_for_who_leaves_out_what_tells_most() -> None:
    """In these ads experience alone tells a junior from a senior."""
    ads = market(1500)
    ads["title"] = ads["title"].str.rsplit(n=1).str[0]
    ads["grades"] = pd.Series([[] for _ in range(len(ads))], index=ads.index)
    asked = left_out(ads.tail(400), set(PARTS) - {"title"})
    whole, in_parts = (_coverage(variant, ads, asked) for variant in (replace(PROFILE, in_part=False), PROFILE))
    assert whole < 0.7 < in_parts < 0.92


def _coverage(variant: Variant, ads: pd.DataFrame, asked: pd.DataFrame) -> float:
    answered = fit(ads.head(1000), QUICK, variant).predict(from_frame(asked))
    stated = stated_pay(asked)
    return float(((stated >= answered.lower) & (stated <= answered.upper)).mean())


def test_an_ad_without_a_profession_keeps_its_title(ads: pd.DataFrame) -> None:
    nameless = ads.assign(position=pd.NA)
    assert (in_part(nameless)["title"] == ads["title"]).all()
