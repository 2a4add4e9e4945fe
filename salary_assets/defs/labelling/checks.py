"""Checks of labels: the labeller in use, on posts that were labelled by careful reading."""

import dagster as dg

from salary_assets import labelling
from salary_assets.defs.labelling.assets import labelled_postings
from salary_assets.defs.resources import Home


@dg.asset_check(
    asset=labelled_postings,
    blocking=True,
    description="The labeller in use on the bundled gold posts: no field below its gate",
)
def labels_right_on_gold(home: Home) -> dg.AssetCheckResult:
    with labelling.labeller_from(home.settings) as labeller:
        report = labelling.evaluate_gold(labeller)
    said = "; ".join(f"{field} {value:.3f}, gate {gate}" for field, (value, gate) in report.below.items())
    figures = {field: float(score.value) for field, score in report.scores.items()}
    return dg.AssetCheckResult(
        passed=report.passed, description=said or "every field reaches its gate", metadata=figures
    )
