"""Checks of the market table; those that mean a wrong table stop what is made of it."""

from collections.abc import Iterator

import dagster as dg
import pandas as pd

from salary_assets.defs.market.assets import vacancies
from salary_assets.market import CHECK_NAMES, check_vacancies
from salary_assets.market.checks import BLOCKING


@dg.multi_asset_check(
    specs=[dg.AssetCheckSpec(name, asset=vacancies, blocking=name in BLOCKING) for name in CHECK_NAMES],
    name="vacancies_sound",
)
def vacancies_sound(vacancies: pd.DataFrame) -> Iterator[dg.AssetCheckResult]:
    for found in check_vacancies(vacancies):
        yield dg.AssetCheckResult(
            check_name=found.name,
            asset_key="vacancies",
            passed=found.passed,
            severity=dg.AssetCheckSeverity.ERROR if found.blocking else dg.AssetCheckSeverity.WARN,
            description=found.description,
            metadata=found.figures,
        )
