"""The protocol: nothing that a test asks about was in training, and membership never moves."""

from __future__ import annotations

import pandas as pd
import pytest

from salary_assets.salary import splits
from salary_assets_tests.salary.conftest import market


@pytest.mark.parametrize("test_name", ["random", "employer", "time"])
def test_a_near_duplicate_group_is_never_on_both_sides(ads: pd.DataFrame, test_name: str) -> None:
    for split in splits.outer_splits(ads, test_name):
        train, test = ads.iloc[split.train], ads.iloc[split.test]
        assert len(train) and len(test)
        assert not set(train["group"]) & set(test["group"])


def test_test_b_asks_about_employers_that_training_never_saw(ads: pd.DataFrame) -> None:
    for split in splits.outer_splits(ads, "employer"):
        assert not set(ads["employer_key"].iloc[split.train]) & set(ads["employer_key"].iloc[split.test])


def test_test_c_trains_on_the_past_only(ads: pd.DataFrame) -> None:
    (split,) = splits.outer_splits(ads, "time")
    assert ads["published_at"].iloc[split.train].max() < ads["published_at"].iloc[split.test].min()


def test_a_repost_of_an_old_ad_is_not_asked_about_in_the_last_period(ads: pd.DataFrame) -> None:
    repost = ads.iloc[[0]].assign(vacancy_id="hh/repost", published_at=ads["published_at"].max())
    with_repost = pd.concat([ads, repost], ignore_index=True)
    (split,) = splits.outer_splits(with_repost, "time")
    assert "hh/repost" not in set(with_repost["vacancy_id"].iloc[[*split.test, *split.train]])


@pytest.mark.parametrize("test_name", ["random", "employer"])
def test_every_ad_is_asked_about_once(ads: pd.DataFrame, test_name: str) -> None:
    asked = [row for split in splits.outer_splits(ads, test_name) for row in split.test]
    assert sorted(asked) == list(range(len(ads)))


@pytest.mark.parametrize("test_name", ["random", "employer"])
def test_more_ads_move_no_ad_to_another_part(ads: pd.DataFrame, test_name: str) -> None:
    more = pd.concat([ads, market(200, seed=9).assign(vacancy_id=lambda rows: "new" + rows["vacancy_id"])])
    before = {row: split.fold for split in splits.outer_splits(ads, test_name) for row in split.test}
    after = {row: split.fold for split in splits.outer_splits(more, test_name) for row in split.test}
    assert before == {row: fold for row, fold in after.items() if row < len(ads)}


def test_order_of_rows_does_not_matter(ads: pd.DataFrame) -> None:
    shuffled = ads.sample(frac=1, random_state=1).reset_index(drop=True)
    hashes = [splits.split_hash(rows, splits.outer_splits(rows, "employer")) for rows in (ads, shuffled)]
    assert hashes[0] == hashes[1]


def test_ads_of_one_day_have_no_last_period(ads: pd.DataFrame) -> None:
    one_day = ads.assign(published_at=ads["published_at"].max())
    with pytest.raises(ValueError, match="too few for test 'time'"):
        splits.outer_splits(one_day, "time")


def test_an_unknown_test_is_refused_with_the_names_of_those_there_are(ads: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="random, employer, time"):
        splits.outer_splits(ads, "holdout")


def test_an_agency_copy_of_a_test_ad_does_not_train(ads: pd.DataFrame) -> None:
    (first, *_) = splits.outer_splits(ads, "employer")
    tested, trained = ads.iloc[first.test[0]], ads.iloc[first.train[0]]
    copied = ads.copy()
    copied.loc[copied["vacancy_id"] == trained["vacancy_id"], "group"] = tested["group"]
    (again, *_) = splits.outer_splits(copied, "employer")
    assert trained["vacancy_id"] not in set(copied["vacancy_id"].iloc[again.train])


def test_the_parts_of_protocol_1_are_these_for_ever() -> None:
    ads = pd.DataFrame(
        {
            "vacancy_id": [f"hh/{number:02d}" for number in range(40)],
            "group": [f"group{number // 2}" for number in range(40)],
            "employer_key": [None if number % 5 == 0 else f"employer{number % 12}" for number in range(40)],
            "published_at": pd.date_range("2025-01-01", periods=40, tz="UTC"),
        }
    )
    hashes = {test_name: splits.split_hash(ads, splits.outer_splits(ads, test_name)) for test_name in splits.TESTS}
    # Other rows here are another protocol: its figures may not stand beside the earlier ones, so PROTOCOL changes too.
    assert hashes == {"random": "9e7073c49ce6be91", "employer": "bceb168b8c3fe80e", "time": "87af76dc10728cc7"}


def test_ads_that_name_no_employer_are_not_all_of_one(ads: pd.DataFrame) -> None:
    unnamed = ads.assign(employer_key=ads["employer_key"].where(ads.index % 2 == 0))
    asked = [
        unnamed["employer_key"].iloc[split.test].isna().sum() for split in splits.outer_splits(unnamed, "employer")
    ]
    assert sum(asked) == len(ads) // 2
    assert max(asked) < len(ads) // 4


def test_folds_inside_training_keep_an_employer_together(ads: pd.DataFrame) -> None:
    fold = pd.Series(splits.inner_folds(ads, 5), index=ads.index)
    assert fold.nunique() == 5
    assert (fold.groupby(ads["employer_key"]).nunique() == 1).all()
