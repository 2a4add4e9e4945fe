"""The checks of the model's figures: what was not measured does not hold."""

from __future__ import annotations

import dagster as dg
import pandas as pd
import pytest

from salary_assets.defs.salary.checks import ladder_beaten, ranges_hold
from salary_assets.storage.schemas import ModelEvaluation

FIGURE = {"test": "random", "slice": "all", "rows": 40, "low": 0.1, "high": 0.9}
UNTESTED = ModelEvaluation.frame([FIGURE | {"model": "ridge", "metric": "log_mae", "value": 0.3}])


@pytest.mark.parametrize("check", [ranges_hold, ladder_beaten])
@pytest.mark.parametrize("figures", [UNTESTED, ModelEvaluation.no_rows()])
def test_a_model_that_was_not_tested_does_not_pass(check: dg.AssetChecksDefinition, figures: pd.DataFrame) -> None:
    result = check(model_evaluation=figures)
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
    assert "not tested" in str(result.description)
