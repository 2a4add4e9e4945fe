"""Scoring against the truth: perfect labels score one, and each mistake is charged to its own field."""

import pandas as pd
import pytest

from salary_assets.sample import Truth, read_truth, score_against_truth, write_sample


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    folder = tmp_path_factory.mktemp("scored")
    write_sample(folder, scale=0.05)
    return read_truth(folder)


def perfect_labels(truth: Truth) -> pd.DataFrame:
    rows = truth.rows
    pay = [entry or {} for entry in rows["pay"]]
    return pd.DataFrame(
        {
            "posting_id": rows["id"],
            "kind": rows["kind"],
            "is_it": rows["is_it"],
            "position": rows["position"],
            "grades": [value if isinstance(value, list) else [] for value in rows["grades_shown"]],
            "experience_min": [
                named[0] if isinstance(named, list) and named else None for named in rows["experience_years"]
            ],
            "work_formats": rows["formats"],
            "city": rows["city"],
            "region": rows["region"],
            "pay_from": [entry.get("amount_from") for entry in pay],
            "pay_to": [entry.get("amount_to") for entry in pay],
            "currency": [entry.get("currency") for entry in pay],
            "tax": [entry.get("tax") for entry in pay],
            "period": [entry.get("period") for entry in pay],
            "skills": [
                [{"spelling": use["spelling"]} for use in uses] if isinstance(uses, list) else []
                for uses in rows["skills"]
            ],
        }
    )


def perfect_vacancies(truth: Truth) -> pd.DataFrame:
    ads = truth.rows[truth.rows["kind"] == "vacancy"]
    heads = ads.drop_duplicates("group")
    members = ads.groupby("group")["id"].agg(list)
    return pd.DataFrame(
        {
            "vacancy_id": heads["id"],
            "members": [[{"posting_id": one} for one in members[group]] for group in heads["group"]],
            "pay_lower": [entry["net_from"] if entry else None for entry in heads["pay"]],
            "pay_upper": [entry["net_to"] if entry else None for entry in heads["pay"]],
        }
    )


def test_perfect_labels_and_vacancies_score_one_everywhere(truth: Truth) -> None:
    scores = score_against_truth(truth, perfect_labels(truth), perfect_vacancies(truth))

    assert scores.query("accuracy < 1").to_dict("records") == []
    assert (scores.query("field != 'not converted'")["rows"] > 10).all()


def test_wrong_professions_cost_the_profession_only(truth: Truth) -> None:
    labels = perfect_labels(truth).assign(position="Методолог")

    scores = score_against_truth(truth, labels, perfect_vacancies(truth)).set_index("field")["accuracy"]

    assert scores["position"] < 0.1
    assert scores.drop("position").min() == 1


def test_an_invented_pay_is_noticed(truth: Truth) -> None:
    labels = perfect_labels(truth)
    labels["pay_from"] = labels["pay_from"].astype(float).fillna(100_000.0)

    scores = score_against_truth(truth, labels, perfect_vacancies(truth)).set_index("field")["accuracy"]

    assert scores["no pay invented"] == 0


def test_unmerged_repeats_lower_recall_and_not_precision(truth: Truth) -> None:
    ads = truth.rows[truth.rows["kind"] == "vacancy"]
    alone = pd.DataFrame(
        {
            "vacancy_id": ads["id"],
            "members": [[{"posting_id": one}] for one in ads["id"]],
            "pay_lower": [entry["net_from"] if entry else None for entry in ads["pay"]],
            "pay_upper": [entry["net_to"] if entry else None for entry in ads["pay"]],
        }
    )

    scores = score_against_truth(truth, perfect_labels(truth), alone).set_index("field")

    assert scores.loc["duplicates found", "right"] == 0
    assert scores.loc["duplicates right", "rows"] == 0


def test_a_lost_posting_is_counted_as_unread(truth: Truth) -> None:
    labels = perfect_labels(truth).iloc[1:]

    scores = score_against_truth(truth, labels, perfect_vacancies(truth)).set_index("field")

    assert scores.loc["read", "rows"] - scores.loc["read", "right"] == 1
