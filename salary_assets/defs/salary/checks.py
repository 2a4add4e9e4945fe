"""Checks of the model: pay reaches no input, figures are credible, ranges hold, the ladder is beaten."""

import dagster as dg
import pandas as pd

from salary_assets.defs.resources import Home
from salary_assets.defs.results import warning
from salary_assets.defs.salary.assets import model_evaluation, training_set
from salary_assets.defs.serving.assets import salary_bundle
from salary_assets.salary import card, gate, leaks, promotion
from salary_assets.salary.baselines import LADDER
from salary_assets.salary.bundle import DamagedBundle

OURS = "ours"
NOT_TESTED = "our model was not tested: the ads with pay are too few for every test"


@dg.asset_check(
    asset=training_set, blocking=True, description="Pay in words, twins across a split, columns made from pay"
)
def pay_reaches_no_input(training_set: pd.DataFrame) -> dg.AssetCheckResult:
    return _no_findings(leaks.find_leaks(training_set))


@dg.asset_check(asset=model_evaluation, blocking=True, description="No figure past the ceiling of what is knowable")
def figures_credible(model_evaluation: pd.DataFrame) -> dg.AssetCheckResult:
    return _no_findings(leaks.too_good(model_evaluation))


@dg.asset_check(asset=model_evaluation, description="The 80 % range holds about 80 % of unseen ads, in every test")
def ranges_hold(model_evaluation: pd.DataFrame) -> dg.AssetCheckResult:
    covered = _ours(model_evaluation, "coverage_80")
    if not covered:
        return warning(False, NOT_TESTED, {})
    least, most = gate.COVERAGE_RANGE
    wrong = {test: share for test, share in covered.items() if not least <= share <= most}
    said = ", ".join(f"{test} {share:.1%}" for test, share in (wrong or covered).items())
    widths = {f"half-width, {test}": width for test, width in _ours(model_evaluation, "width_80").items()}
    return warning(not wrong, f"holds {said}; wanted {least:.0%} to {most:.0%}", covered | widths)


@dg.asset_check(asset=model_evaluation, description="No large group of ads is left outside its ranges much more often")
def groups_covered(model_evaluation: pd.DataFrame) -> dg.AssetCheckResult:
    groups = card.large_groups(model_evaluation)
    least = gate.LEAST_GROUP_COVERAGE
    low = groups[groups["coverage_80"] < least]
    worst = ", ".join(
        f"{row['test']} {row['slice']} {row['coverage_80']:.1%}" for row in low.head(5).to_dict("records")
    )
    said = (
        f"{len(low)} of {len(groups)} groups below {least:.0%}: {worst}" if len(low) else f"{len(groups)} groups hold"
    )
    figures: dict[str, float | int | str] = {"groups": len(groups), "below": len(low)}
    if len(groups):
        figures |= {"worst": float(groups["coverage_80"].iloc[0]), "widest": float(groups["width_80"].max())}
    return warning(low.empty, said, figures)


@dg.asset_check(asset=model_evaluation, description="Our model errs less than every rung of the ladder, in every test")
def ladder_beaten(model_evaluation: pd.DataFrame) -> dg.AssetCheckResult:
    ours = _ours(model_evaluation, "log_mae")
    if not ours:
        return warning(False, NOT_TESTED, {})
    whole = _whole(model_evaluation, "log_mae")
    rungs = whole[whole["model"].isin(list(LADDER))].sort_values("value").drop_duplicates("test").set_index("test")
    best = {str(test): (str(row["model"]), float(row["value"])) for test, row in rungs.to_dict("index").items()}
    lost = [f"{test}: {best[test][0]} {best[test][1]:.4f}" for test in ours if ours[test] >= best[test][1]]
    said = f"the ladder is better in {'; '.join(lost)}" if lost else "our log-MAE is the least in every test"
    return warning(not lost, said, ours | {f"best rung, {test}": figure for test, (_, figure) in best.items()})


@dg.asset_check(asset=salary_bundle, description="The served bundle loads, its hashes and golden answers hold")
def served_bundle_answers(home: Home) -> dg.AssetCheckResult:
    try:
        bundle = promotion.load_served(home.settings.models)
    except (FileNotFoundError, DamagedBundle) as error:
        return dg.AssetCheckResult(passed=False, description=str(error))
    return dg.AssetCheckResult(passed=True, description=f"{bundle.version} answers as when it was written")


def _no_findings(findings: list[leaks.Finding]) -> dg.AssetCheckResult:
    said = "; ".join(f"{finding.check}: {finding.message}" for finding in findings)
    return dg.AssetCheckResult(passed=not findings, description=said or "no leak found")


def _ours(figures: pd.DataFrame, metric: str) -> dict[str, float]:
    rows = _whole(figures, metric)
    rows = rows[rows["model"] == OURS]
    return dict(zip(rows["test"].astype(str), rows["value"].astype(float), strict=True))


def _whole(figures: pd.DataFrame, metric: str) -> pd.DataFrame:
    return figures[(figures["slice"] == "all") & (figures["metric"] == metric)]
