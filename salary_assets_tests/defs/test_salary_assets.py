"""The assets of the model: what is tuned on is none of the tests'."""

from __future__ import annotations

import pandas as pd

from salary_assets.defs.resources import Home
from salary_assets.defs.salary.assets import FOLDS, Study, tuned_hyperparameters
from salary_assets.salary import tuning
from salary_assets.salary.lifecycle import study_url
from salary_assets.salary.splits import outer_splits
from salary_assets.storage import Settings
from salary_assets.storage.vocabulary import TESTS
from salary_assets_tests.salary.conftest import market


def _dearer(ads: pd.DataFrame, rows: list[int]) -> pd.DataFrame:
    changed = ads.copy()
    changed.loc[ads.index[rows], ["pay_lower", "pay_upper"]] *= 2
    return changed


def test_pay_of_the_ads_that_are_tested_does_not_tune(home: Settings) -> None:
    ads = market(400)
    tested = {row for test in TESTS for split in outer_splits(ads, test, FOLDS) for row in split.test}
    free = [row for row in range(len(ads)) if row not in tested]
    for frame in (ads, _dearer(ads, sorted(tested)), _dearer(ads, free)):
        tuned_hyperparameters(home=Home(path=str(home.home)), config=Study(trials=0), training_set=frame)
    # A study is named after the rows that it tunes on.
    assert len(tuning.open_storage(study_url(home)).get_all_studies()) == 2
