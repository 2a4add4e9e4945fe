"""What an answer rests on: the smallest cell that has ads enough, said in full; a person's words as fields of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from salary_assets.salary.market import COLUMNS, LEAST_CELL, LEAST_WIDEST, Market, cells_of, usual_position
from salary_assets.salary.requests import experience_step

ASKED = {"position": "Тестировщик", "grade": "middle", "experience": "1", "region": "Казань"}


def _market(*groups: tuple[int, dict[str, object]]) -> Market:
    """So many ads of each kind; the last terms of their vectors tell the kinds apart."""
    rows = [
        ASKED | {"month": "2025-01", "title": "Тестировщик", "employer_name": "Ромашка", "employer_key": "a"} | given
        for count, given in groups
        for _ in range(count)
    ]
    ads = pd.DataFrame(rows).reindex(columns=COLUMNS)
    ads["vacancy_id"] = [f"hh/{number}" for number in range(len(ads))]
    ads["stated"] = np.arange(len(ads), dtype=float)
    return Market(ads, sparse.csr_matrix(np.ones((len(ads), 1), dtype=np.float32)), cells_of(ads))


def test_a_cell_with_ads_enough_is_direct_and_counted() -> None:
    later = {"month": "2025-06", "employer_key": "b"}
    basis = _market((LEAST_CELL - 1, {}), (2, later), (50, {"region": "Омск"})).basis(ASKED)
    assert (basis.kind, basis.dropped) == ("direct", ())
    assert dict(basis.cell) == {name: ASKED[name] for name in ("position", "grade", "region")}
    assert (basis.vacancies, basis.employers, basis.median) == (LEAST_CELL + 1, 2, LEAST_CELL / 2)
    assert (basis.first_month, basis.last_month) == ("2025-01", "2025-06")


def test_a_cell_with_too_few_is_widened_and_says_what_it_gave_up() -> None:
    basis = _market((LEAST_CELL - 1, {}), (1, {"region": "Омск"})).basis(ASKED)
    assert (basis.kind, basis.dropped, basis.vacancies) == ("widened", ("region",), LEAST_CELL)


def test_experience_stands_in_for_a_grade() -> None:
    market = _market((LEAST_CELL - 1, {}), (1, {"grade": "senior"}))
    basis = market.basis(ASKED)
    assert dict(basis.cell) == {name: ASKED[name] for name in ("position", "experience", "region")}
    assert (basis.kind, basis.vacancies) == ("direct", LEAST_CELL)


@pytest.mark.parametrize(("ads", "kind"), [(LEAST_WIDEST, "widened"), (LEAST_WIDEST - 1, "model_only")])
def test_a_profession_alone_takes_ten_ads(ads: int, kind: str) -> None:
    basis = _market((ads, {})).basis(ASKED)
    assert basis.kind == kind
    assert basis.dropped == (("grade", "experience", "region") if kind == "widened" else tuple(ASKED))


def test_an_employers_title_is_shown_once() -> None:
    market = _market((5, {}), (1, {"title": "QA"}), (1, {"employer_name": "Лютик"}))
    found = market.nearest(sparse.csr_matrix(np.ones((1, 1), dtype=np.float32)), {}, 3)
    shown = {(ad["employer_name"], ad["title"]) for ad in found}
    assert shown == {("Ромашка", "Тестировщик"), ("Ромашка", "QA"), ("Лютик", "Тестировщик")}


def test_the_profession_of_a_title_is_that_of_most_near_ads() -> None:
    far = [{"position": "Аналитик", "nearness": 0.3}] * 5
    near = [{"position": "Тестировщик", "nearness": 0.9}] * 2 + [{"position": "Дизайнер, художник", "nearness": 0.8}]
    assert usual_position([*far, *near]) == "Тестировщик"
    assert usual_position(far) is None


@pytest.mark.parametrize(
    ("years", "step"),
    [(0, (0, 0)), (0.9, (0, 0)), (1, (1, 3)), (3, (3, 6)), (5.5, (3, 6)), (6, (6, np.nan)), (40, (6, np.nan))],
)
def test_years_of_a_person_are_the_step_that_ads_ask_of_them(years: float, step: tuple[float, float]) -> None:
    np.testing.assert_array_equal(experience_step(years), step)


def test_years_not_told_are_no_step() -> None:
    np.testing.assert_array_equal(experience_step(None), (np.nan, np.nan))
