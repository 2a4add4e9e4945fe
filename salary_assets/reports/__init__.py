"""The market report: figures in long form, one self-contained page, and small extracts for the Dagster UI."""

from salary_assets.reports.extracts import overview_markdown, overview_plots
from salary_assets.reports.figures import REPORT_VERSION as VERSION
from salary_assets.reports.figures import market_figures
from salary_assets.reports.frame import Kinds
from salary_assets.reports.page import render_market_report

__all__ = ["VERSION", "Kinds", "market_figures", "overview_markdown", "overview_plots", "render_market_report"]
