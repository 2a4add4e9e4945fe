"""The pay law can be found from the ads, and `best_possible` is where finding it ends."""

from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx, fixture
from sklearn.linear_model import Ridge

from salary_assets.sample import Truth, best_possible, comparable_pay, read_truth
from salary_assets.sample.law import load_law


@fixture(scope="module")
def truth(full_sample: Path) -> Truth:
    return read_truth(full_sample)


def design(rows: pd.DataFrame) -> pd.DataFrame:
    """What an analyst would regress pay on, one column each."""
    remote = rows["formats"].str[0] == "remote"
    kinds = pd.get_dummies(rows["position"] + ": " + rows["specialty"], dtype=float)
    grades = pd.get_dummies(rows["grade"], dtype=float).drop(columns="middle")
    bands = pd.get_dummies(rows["experience"], dtype=float).drop(columns="between1And3")
    places = pd.get_dummies(rows["city"], dtype=float).drop(columns="Москва")
    far = places.mul(~remote, axis=0).add_prefix("on site in ")
    near = places.mul(remote, axis=0).add_prefix("remote from ")
    asked = [[use["skill"] for use in uses if use["required"]] for uses in rows["skills"]]
    skills = pd.DataFrame([dict.fromkeys(names, 1.0) for names in asked], index=rows.index).fillna(0.0)
    other = pd.DataFrame({"english": rows["english"].astype(float), "month": rows["month"].astype(float)})
    return pd.concat([kinds, grades, bands, far, near, skills, other], axis=1)


def it_vacancies(truth: Truth) -> pd.DataFrame:
    rows = truth.rows[(truth.rows["kind"] == "vacancy") & truth.rows["is_it"]]
    return rows.drop_duplicates("group").reset_index(drop=True)


def test_a_regression_on_the_ads_recovers_the_pay_law(truth: Truth) -> None:
    rows = it_vacancies(truth)
    features = design(rows)

    found, *_ = np.linalg.lstsq(features.to_numpy(), rows["log_pay"].to_numpy(), rcond=None)

    effects = dict(zip(features.columns, found, strict=True))
    law = load_law()
    assert {grade: effects[grade] for grade in ("junior", "senior")} == approx(
        {grade: law.grade[grade] for grade in ("junior", "senior")}, abs=0.03
    )
    assert effects["month"] == approx(law.per_month, abs=0.002)
    residual = rows["log_pay"] - features @ found
    assert residual.std() == approx(np.hypot(law.noise_sd, law.employer_sd), rel=0.06)


def test_a_regression_gets_near_the_best_possible_and_not_past_it(truth: Truth) -> None:
    rows = it_vacancies(truth)
    features = design(rows)
    learns = np.arange(len(rows)) % 2 == 0
    model = Ridge(alpha=1.0).fit(features[learns], rows["log_pay"][learns])
    judged = comparable_pay(truth)
    judged = judged[judged["group"].isin(rows["group"][~learns])]
    predicted = judged["group"].map(dict(zip(rows["group"], model.predict(features), strict=True)))

    error = predicted - judged["log_stated"]

    reached = 1 - (error**2).sum() / ((judged["log_stated"] - judged["log_stated"].mean()) ** 2).sum()
    best = best_possible(truth)
    assert reached > best["unseen_employer"]["r2_log"] - 0.04
    assert reached < best["known_employer"]["r2_log"]


def test_knowing_the_employer_helps_as_much_as_employers_differ(truth: Truth) -> None:
    best = best_possible(truth)
    law = load_law()

    spread = {name: np.log(metrics["width_80"]) / (2 * 1.2816) for name, metrics in best.items()}

    assert spread["unseen_employer"] ** 2 - spread["known_employer"] ** 2 == approx(law.employer_sd**2, rel=0.25)


def test_a_hidden_grade_is_averaged_over_its_chances(truth: Truth) -> None:
    rows = comparable_pay(truth)
    hidden = rows[rows["grades_shown"].str.len() == 0]
    shown = rows[rows["grades_shown"].str.len() > 0]

    assert (shown["log_shown"] == shown["log_pay_mean"]).all()
    assert (hidden["log_shown"] - hidden["log_pay_mean"]).abs().mean() > 0.05


def test_income_tax_takes_thirteen_percent_of_an_ordinary_salary_and_more_of_a_large_one() -> None:
    law = load_law()

    assert law.net_of(100_000) == approx(87_000)
    # 2.4 million a year at 13 %, the next 1.2 million at 15 %.
    assert law.net_of(300_000) == approx((2_400_000 * 0.87 + 1_200_000 * 0.85) / 12)


@given(st.floats(min_value=1_000, max_value=5_000_000))
def test_gross_of_undoes_net_of(net: float) -> None:
    law = load_law()

    assert law.net_of(law.gross_of(net)) == approx(net, rel=1e-6)
