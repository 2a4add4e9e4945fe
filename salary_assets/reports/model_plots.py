"""Pictures of a model's run as small PNG for the Dagster UI: how tuning went, and how the tests were answered."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from salary_assets.reports.plots import BAR, DOT, INK, MUTED, STYLE, png
from salary_assets.salary.card import ASKED, large_groups
from salary_assets.salary.intervals import COVERAGE

GROUPS_SHOWN = 12
"""Groups of a test in the plot of coverage: those covered least."""


def tuning_plot(trials: pd.DataFrame, importance: Mapping[str, float]) -> bytes | None:
    """Error of each finished trial with the best so far, and what the error depends on; None without a finished one.

    trials: table `tuned_hyperparameters`; importance: parameter -> share, as of `tuning.Tuned`.
    """
    import matplotlib
    from matplotlib.figure import Figure

    ended = trials[trials["log_mae"].notna()].sort_values("trial")
    if ended.empty:
        return None
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.0, 3.2), layout="constrained")
        course, shares = figure.subplots(1, 2)
        course.plot(ended["trial"], ended["log_mae"], "o", color=BAR, label="trial")
        course.step(ended["trial"], ended["log_mae"].cummin(), where="post", color=DOT, label="best so far")
        pruned = trials[trials["state"] == "PRUNED"]["trial"]
        course.plot(pruned, np.full(len(pruned), ended["log_mae"].max()), "x", color=MUTED, label="pruned")
        taken = ended[ended["chosen"].fillna(False)]
        course.plot(taken["trial"], taken["log_mae"], "o", color=DOT, fillstyle="none", markersize=12, label="taken")
        course.set(xlabel="trial", ylabel="log-MAE on inner splits", title="Best of the study")
        course.legend(frameon=False, fontsize=8)
        ordered = sorted(importance.items(), key=lambda entry: entry[1])
        shares.barh([name for name, _ in ordered], [share for _, share in ordered], color=BAR)
        shares.set(xlabel="share of the error's variation", title="Importance of parameters")
        return png(figure)


def answers_plot(predictions: pd.DataFrame, model: str = "ours") -> bytes | None:
    """Estimates against what ads state, one picture per test, on log scales; None where the model answered none.

    predictions: of `evaluation.predict_test`, RUB/month net.
    """
    import matplotlib
    from matplotlib.figure import Figure

    own = predictions[predictions["model"] == model]
    asked = [name for name in ASKED if (own["test"] == name).any()]
    if not asked:
        return None
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(3.2 * len(asked), 3.2), layout="constrained")
        for axes, name in zip(figure.subplots(1, len(asked), squeeze=False)[0], asked, strict=True):
            part = own[own["test"] == name]
            stated, estimated = part["y"] / 1000, part["y_hat"] / 1000
            ends = [min(stated.min(), estimated.min()), max(stated.max(), estimated.max())]
            axes.plot(stated, estimated, ".", color=DOT, alpha=0.25, markersize=3, rasterized=True)
            axes.plot(ends, ends, color=INK, linewidth=0.8)
            axes.set(xscale="log", yscale="log", xlabel="stated, thousand RUB/month net", ylabel="estimated")
            axes.set_title(f"{ASKED[name].split(',')[0]}: {name}, {len(part)} ads")
        return png(figure)


def coverage_plot(evaluation: pd.DataFrame) -> bytes | None:
    """Share of ads inside the 80 % range with its 95 % interval, for the groups covered least.

    evaluation: table `model_evaluation`. None without a large group.
    """
    import matplotlib
    from matplotlib.figure import Figure

    groups = large_groups(evaluation)
    if groups.empty:
        return None
    shown = groups.head(GROUPS_SHOWN)[::-1]
    labels = [f"{row['test']}, {row['slice']} (n={row['rows']})" for row in shown.to_dict("records")]
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.0, 0.3 * len(shown) + 1.0), layout="constrained")
        axes = figure.subplots()
        axes.hlines(labels, shown["low"], shown["high"], color=BAR, linewidth=4)
        axes.plot(shown["coverage_80"], labels, "o", color=DOT)
        axes.axvline(COVERAGE, color=INK, linewidth=0.8)
        axes.set(xlabel="share of ads inside their 80 % range", title="Groups of ads that the ranges hold least")
        return png(figure)
