"""How right the labels and vacancies made from the sample are: accuracy per field against the truth."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pandas as pd

from salary_assets.sample.truth import Truth

FIELDS = ["field", "rows", "right", "accuracy"]


def score_against_truth(truth: Truth, labels: pd.DataFrame, vacancies: pd.DataFrame) -> pd.DataFrame:
    """Accuracy per field, columns `field`, `rows` (compared), `right`, `accuracy` (share).

    labels: `labelled_postings` of the sample's feeds, vacancies: `vacancies` made from them; other sources' rows
    are ignored. A posting absent from labels counts under `read` only. `skills found` is recall over the spellings
    an ad uses, `skills right` precision over the spellings named; duplicates are compared as pairs of postings.
    """
    joined = truth.rows.merge(labels, left_on="id", right_on="posting_id", suffixes=("", "_label"))
    results = [
        ("read", len(truth.rows), len(joined)),
        _equal("kind", joined["kind"], joined["kind_label"]),
    ]
    ads = joined[(joined["kind"] == "vacancy") & (joined["kind_label"] == "vacancy")]
    work = ads[ads["is_it"] == True]  # noqa: E712
    results += [
        _equal("is_it", ads["is_it"].astype(bool), ads["is_it_label"].astype(bool)),
        _equal("position", ads["position"], ads["position_label"]),
        _grades(work),
        _experience(work),
        _lists("work_formats", work["formats"], work["work_formats"]),
        _equal("city", ads["city"], ads["city_label"]),
        _equal("region", ads["region"], ads["region_label"]),
        *_pay(ads),
        *_skills(work),
        *_net_pay(truth, vacancies),
        *_duplicates(truth, vacancies),
    ]
    frame = pd.DataFrame(results, columns=["field", "rows", "right"])
    frame["accuracy"] = (frame["right"] / frame["rows"].where(frame["rows"] > 0)).astype("float64")
    return frame[FIELDS]


Result = tuple[str, int, int]


def _equal(field: str, true: pd.Series, found: pd.Series) -> Result:
    """Equal, or missing on both sides."""
    same = (true == found).fillna(False) | (true.isna() & found.isna())
    return field, len(true), int(same.sum())


def _lists(field: str, true: pd.Series, found: pd.Series) -> Result:
    same = [set(left) == set(right) for left, right in zip(true, found, strict=True)]
    return field, len(same), sum(same)


def _grades(work: pd.DataFrame) -> Result:
    """Where the title is not itself a grade (`CTO`): readers differ on those."""
    rows = work[work["grade_is_the_title"] == False]  # noqa: E712
    return _lists("grades", rows["grades_shown"], rows["grades"])


def _experience(work: pd.DataFrame) -> Result:
    rows = work[work["experience_years"].str.len() > 0]
    right = sum(found in named for named, found in zip(rows["experience_years"], rows["experience_min"], strict=True))
    return "experience", len(rows), right


def _pay(ads: pd.DataFrame) -> list[Result]:
    paid = ads[ads["pay"].notna()]
    silent = ads[ads["pay"].isna()]
    stated = pd.DataFrame(list(paid["pay"]), index=paid.index)
    bounds = pd.concat([_same_number(stated[f"amount_{end}"], paid[f"pay_{end}"]) for end in ("from", "to")], axis=1)
    return [
        ("pay bounds", len(paid), int(bounds.all(axis=1).sum())),
        _equal("currency", stated["currency"], paid["currency"]),
        _equal("tax", stated["tax"], paid["tax"].fillna("unknown")),
        _equal("period", stated["period"], paid["period"]),
        ("no pay invented", len(silent), int((silent["pay_from"].isna() & silent["pay_to"].isna()).sum())),
    ]


def _same_number(true: pd.Series, found: pd.Series, tolerance: float = 0.0) -> pd.Series:
    left, right = true.astype("float64"), found.astype("float64")
    return ((left - right).abs() <= tolerance * left.abs()) | (left.isna() & right.isna())


def _skills(work: pd.DataFrame) -> list[Result]:
    asked = named = found = right = 0
    for truths, mentions in zip(work["skills"], work["skills_label"], strict=True):
        true = {_key(spelling) for use in truths for spelling in (use["spelling"], use["skill"])}
        said = {_key(mention["spelling"]) for mention in mentions}
        parts = {part for spelling in said for part in spelling.split("/")} | said
        asked += len(truths)
        found += sum(_key(use["spelling"]) in parts or _key(use["skill"]) in parts for use in truths)
        named += len(said)
        right += sum(spelling in true or set(spelling.split("/")) <= true for spelling in said)
    return [("skills found", asked, found), ("skills right", named, right)]


def _key(spelling: str) -> str:
    return spelling.casefold().strip()


def _net_pay(truth: Truth, vacancies: pd.DataFrame) -> list[Result]:
    """Pay in net RUB/month within one percent, where the truth has it; and where it must stay unconverted."""
    rows = vacancies.merge(truth.rows[["id", "pay"]], left_on="vacancy_id", right_on="id")
    rows = rows[rows["pay"].notna()]
    stated = pd.DataFrame(list(rows["pay"]), index=rows.index, columns=["net_from", "net_to"])
    has_net = stated.notna().any(axis=1)
    close = pd.concat(
        [
            _same_number(stated[name], rows[column], tolerance=0.01)
            for name, column in (("net_from", "pay_lower"), ("net_to", "pay_upper"))
        ],
        axis=1,
    ).all(axis=1)
    left_alone = rows["pay_lower"].isna() & rows["pay_upper"].isna()
    return [
        ("net pay", int(has_net.sum()), int((close & has_net).sum())),
        ("not converted", int((~has_net).sum()), int((left_alone & ~has_net).sum())),
    ]


def _duplicates(truth: Truth, vacancies: pd.DataFrame) -> list[Result]:
    known = dict(zip(truth.rows["id"], truth.rows["group"], strict=True))
    kept = {member["posting_id"] for members in vacancies["members"] for member in members} & set(known)
    groups: dict[str, list[str]] = {}
    for posting_id in sorted(kept):
        groups.setdefault(known[posting_id], []).append(posting_id)
    true = _pairs(groups.values())
    merged = _pairs(
        [member["posting_id"] for member in members if member["posting_id"] in known]
        for members in vacancies["members"]
    )
    return [
        ("duplicates found", len(true), len(true & merged)),
        ("duplicates right", len(merged), len(true & merged)),
    ]


def _pairs(groups: Iterable[list[Any]]) -> set[tuple[Any, Any]]:
    return {pair for group in groups for pair in combinations(sorted(group), 2)}
