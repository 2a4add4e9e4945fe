"""The generated sample market: ads in our own words with known truth, for a first run and for measuring.

Nothing here is read by the graph but the files it writes.
"""

from salary_assets.sample.score import score_against_truth
from salary_assets.sample.truth import Truth, best_possible, comparable_pay, read_truth
from salary_assets.sample.write import SAMPLE_FEEDS, write_sample

__all__ = [
    "SAMPLE_FEEDS",
    "Truth",
    "best_possible",
    "comparable_pay",
    "read_truth",
    "score_against_truth",
    "write_sample",
]
