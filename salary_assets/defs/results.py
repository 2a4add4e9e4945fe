"""Check results of the domain packages as asset check results."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
import pandas as pd


def figures_result(
    figures: pd.DataFrame, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> dg.AssetCheckResult:
    """A frame of figure, value, bound, n, passed as one check: it fails where any figure does."""
    failed = figures[~figures["passed"].astype(bool)]
    said = "; ".join(f"{row['figure']} {row['value']:.3f}, bound {row['bound']}" for row in failed.to_dict("records"))
    return dg.AssetCheckResult(
        passed=failed.empty,
        severity=severity,
        description=said or f"{len(figures)} figures within their bounds",
        metadata={str(row["figure"]): float(row["value"]) for row in figures.to_dict("records")},
    )


def warning(passed: bool, description: str, metadata: Mapping[str, float | int | str]) -> dg.AssetCheckResult:
    """A result that people should look at, and that stops nothing."""
    return dg.AssetCheckResult(
        passed=passed, severity=dg.AssetCheckSeverity.WARN, description=description, metadata=dict(metadata)
    )
