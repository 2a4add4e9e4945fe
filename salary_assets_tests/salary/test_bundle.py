"""The bundle: says the same after the trip through files, and refuses what was touched on the way; what it answers."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from salary_assets.salary.bundle import (
    CELLS,
    GOLDEN,
    MANIFEST,
    Bundle,
    DamagedBundle,
    load_bundle,
    write_bundle,
)
from salary_assets.salary.estimate import CONFIDENT_CELL
from salary_assets.salary.inputs import from_frame, months_since_epoch
from salary_assets.salary.market import cells_of
from salary_assets.salary.model import Model
from salary_assets.salary.persist import from_files, to_files
from salary_assets.salary.requests import BadRequest, Request, to_inputs
from salary_assets.storage.schemas import ModelEvaluation
from salary_assets.storage.vocabulary import NOT_IT
from salary_assets_tests.salary.conftest import AT, aliases

PROGRAMMER = "Программист, разработчик"
ASKED = {"title": "Python разработчик", "grade": "middle", "region": "Москва", "skills": ["питон", "Fortran"]}


def test_a_loaded_bundle_says_what_was_written(bundle: Bundle, ads: pd.DataFrame, ad_model: Model) -> None:
    some = ads.head(100)
    np.testing.assert_allclose(bundle.predict_ads(some).y_hat, ad_model.predict(from_frame(some)).y_hat, rtol=1e-6)


def test_a_bundle_carries_its_answers_to_the_tests(bundle: Bundle, unseen_employers: pd.DataFrame) -> None:
    kept = bundle.test_predictions()
    assert kept is not None
    pd.testing.assert_frame_equal(kept, unseen_employers, check_dtype=False)


def test_cells_are_read_as_they_are_counted_also_from_a_bundle_that_kept_none(bundle: Bundle, copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_bytes())
    del manifest["files"][CELLS]
    (copy / CELLS).unlink()
    (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert len(bundle.market.cells) > 10
    assert bundle.market.cells == cells_of(bundle.market.ads) == load_bundle(copy).market.cells


def test_the_nearest_ads_are_those_of_the_highest_nearness(bundle: Bundle) -> None:
    market, row = bundle.market, 7
    ad = market.ads.iloc[row]
    found = market.nearest(market.vectors[row], {"region": ad["region"], "experience": ad["experience"]}, 5)
    nearness = (market.vectors @ market.vectors[row].T).toarray()[:, 0]
    nearness = (
        nearness + 0.15 * (market.ads["region"] == ad["region"]) + 0.15 * (market.ads["experience"] == ad["experience"])
    )
    of_title = nearness.groupby([market.ads["employer_name"], market.ads["title"]], dropna=False).max()
    best = of_title.sort_values(ascending=False).head(5)
    np.testing.assert_allclose([one["nearness"] for one in found], best, rtol=1e-5)
    assert all(one["nearness"] > 0 for one in found)


def test_of_ads_with_one_title_the_newest_are_shown_first(bundle: Bundle) -> None:
    title = bundle.market.ads["title"].mode()[0]
    (answer,) = bundle.predict([{"title": title}], comparable=8)
    equal = [ad["month"] for ad in answer.comparable if ad["title"] == title]
    assert len(equal) > 1
    assert equal == sorted(equal, reverse=True)
    assert equal[0] == bundle.market.ads.loc[bundle.market.ads["title"] == title, "month"].max()


def test_a_profession_alone_is_shown_beside_its_own_ads(bundle: Bundle) -> None:
    (answer,) = bundle.predict([{"position": "Тестировщик"}], comparable=8)
    positions = bundle.market.ads.set_index("vacancy_id")["position"]
    assert {positions[ad["id"]] for ad in answer.comparable} == {"Тестировщик"}


@pytest.mark.parametrize(("name", "meant"), [("Moscow", "Москва"), ("мск", "Москва"), ("Kazan", "Казань")])
def test_a_city_is_known_by_its_other_names(bundle: Bundle, name: str, meant: str) -> None:
    assert bundle.gazetteer.place(meant) is not None
    assert bundle.gazetteer.place(name) == bundle.gazetteer.place(meant)


def test_a_job_outside_it_is_named_as_such_also_where_only_its_title_says_so(bundle: Bundle) -> None:
    outside = replace(bundle.market, ads=bundle.market.ads.assign(position=NOT_IT))
    for asked in ({"title": "Python middle"}, {"title": "Старший кассир"}, {"position": NOT_IT}):
        (answer,) = replace(bundle, market=outside).predict([asked])
        assert answer.warnings == ({"code": "not_it", "names": []},)


def test_the_same_model_is_written_as_the_same_bytes(
    copy: Path, tmp_path: Path, ads: pd.DataFrame, ad_model: Model, profile_model: Model, unseen_employers: pd.DataFrame
) -> None:
    again = tmp_path / "again"
    write_bundle(
        again, "v1", AT, ad_model, profile_model, ads, aliases(), ModelEvaluation.no_rows(), "card", unseen_employers
    )
    assert (again / MANIFEST).read_bytes() == (copy / MANIFEST).read_bytes()


@pytest.mark.parametrize("name", ["ad/middle.cbm", "catalogue.json", "market/vectors.npz", "golden.json"])
def test_a_changed_file_is_refused(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(DamagedBundle, match=name):
        load_bundle(copy)


def test_a_missing_file_is_refused(copy: Path) -> None:
    (copy / "reference.json").unlink()
    with pytest.raises(DamagedBundle, match=r"reference\.json"):
        load_bundle(copy)


@pytest.mark.parametrize("content", ["null", "[]", '{"files": {"golden.json": {}}}', '{"format": "1", "files": {}}'])
def test_what_is_no_manifest_is_refused(copy: Path, content: str) -> None:
    (copy / MANIFEST).write_text(content)
    with pytest.raises(DamagedBundle):
        load_bundle(copy)


@pytest.mark.parametrize("name", ["data", "metrics", "source"])
def test_a_manifest_says_all_that_answers_read(copy: Path, name: str) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    del manifest[name]
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(DamagedBundle, match=name):
        load_bundle(copy)


@pytest.mark.parametrize("variant", ["ad", "profile"])
def test_a_bundle_that_answers_otherwise_than_when_it_was_written_is_refused(copy: Path, variant: str) -> None:
    manifest, golden = (json.loads((copy / name).read_bytes()) for name in (MANIFEST, GOLDEN))
    golden["percentiles"][variant][3][2] *= 1.01
    (copy / GOLDEN).write_text(json.dumps(golden))
    manifest["files"][GOLDEN]["sha256"] = hashlib.sha256((copy / GOLDEN).read_bytes()).hexdigest()
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(DamagedBundle, match=f"variant {variant} answers its golden inputs otherwise, by up to 1.0%"):
        load_bundle(copy)


def test_features_of_other_code_are_refused(profile_model: Model) -> None:
    files = to_files(profile_model)
    described = json.loads(files["encoder.json"]) | {"features_sha256": "0" * 64}
    with pytest.raises(ValueError, match="train it again"):
        from_files(files | {"encoder.json": json.dumps(described).encode()})


def test_half_a_bundle_is_none(tmp_path: Path, ads: pd.DataFrame, ad_model: Model, profile_model: Model) -> None:
    (tmp_path / "reference.json").mkdir()
    with pytest.raises(OSError, match="reference"):
        write_bundle(tmp_path, "v1", AT, ad_model, profile_model, ads, aliases(), ModelEvaluation.no_rows(), "card")
    with pytest.raises(FileNotFoundError, match="holds no bundle"):
        load_bundle(tmp_path)


def test_a_manifest_cannot_name_files_outside(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["files"]["../secret"] = {"sha256": "0" * 64, "bytes": 1}
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(DamagedBundle, match="secret"):
        load_bundle(copy)


def test_loading_imports_neither_contracts_nor_scikit_learn(copy: Path) -> None:
    program = (
        f"import sys; from pathlib import Path; from salary_assets.salary.bundle import load_bundle;"
        f"load_bundle(Path({str(copy)!r})).predict([{ASKED | {'position': PROGRAMMER}!r}]);"
        "print([name for name in ('pandera', 'sklearn', 'dagster') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert result.stdout.strip() == "[]"


def test_nothing_is_stored_as_pickle(written: Path) -> None:
    assert {path.suffix for path in written.rglob("*") if path.is_file()} <= {
        ".json",
        ".cbm",
        ".npz",
        ".parquet",
        ".md",
    }


def test_an_answer_has_range_basis_and_neighbours(bundle: Bundle) -> None:
    (answer,) = bundle.predict([ASKED], comparable=3, explain=True)
    assert answer.enough and answer.range is not None and answer.y_hat is not None
    assert answer.lower is not None and answer.upper is not None and answer.lower < answer.y_hat < answer.upper
    assert list(answer.range.values()) == sorted(answer.range.values())
    assert len(answer.comparable) == 3
    assert answer.warnings == ({"code": "unknown_skills", "names": ["Fortran"]},)
    assert answer.average is not None
    assert answer.average + sum(one.roubles for one in answer.contributions) == pytest.approx(answer.y_hat, rel=0.01)


@pytest.mark.parametrize(
    ("title", "position", "grade"),
    [
        ("Senior Python-разработчик", PROGRAMMER, "senior"),
        ("Тестировщик (junior/middle)", "Тестировщик", "junior"),
        ("Python", None, None),
    ],
)
def test_what_a_title_names_counts_as_if_it_were_given(
    bundle: Bundle, title: str, position: str | None, grade: str | None
) -> None:
    (answer,) = bundle.predict([{"title": title}])
    assert (answer.asked["position"], answer.asked["grade"]) == (position, grade)


def test_a_grade_in_the_title_moves_the_answer_like_one_that_is_given(bundle: Bundle) -> None:
    title, given = "Senior Python-разработчик", {"position": PROGRAMMER, "grade": "senior"}
    named, both, other = bundle.predict(
        [{"title": title}, {"title": title} | given, {"title": title, "grade": "junior"}]
    )
    assert named.range == both.range
    assert named.y_hat is not None and other.y_hat is not None
    assert other.asked["grade"] == "junior" and other.y_hat < named.y_hat


def test_an_answer_is_as_of_the_newest_ads(bundle: Bundle, ads: pd.DataFrame) -> None:
    data = bundle.manifest["data"]
    assert data["months"] == months_since_epoch(ads["published_at"].max())
    assert (data["first_month"], data["last_month"]) == ("2025-01", "2025-10")
    (answer,) = bundle.predict([ASKED])
    assert answer.data_until == "2025-10"
    as_an_ad = to_inputs([Request.from_dict(ASKED)], bundle.gazetteer, "hh", data["months"])
    assert as_an_ad.months.tolist() == [data["months"]]
    assert answer.y_hat == pytest.approx(bundle.profile.predict(as_an_ad).y_hat[0])


def test_an_answer_carries_the_coverage_measured_for_people_on_employers_never_seen(
    tmp_path: Path, ads: pd.DataFrame, ad_model: Model, profile_model: Model
) -> None:
    about = {"rows": 100, "low": 0.1, "high": 0.9}
    figures = [
        about | dict(zip(("test", "model", "slice", "metric", "value"), row, strict=True))
        for row in (
            ("employer", "ours_profile", "grade=lead", "coverage_80", 0.5),
            ("time", "ours_profile", "all", "coverage_80", 0.6),
            ("employer", "ours", "all", "coverage_80", 0.7),
            ("employer", "ours_profile", "all", "width_80", 0.4),
            ("employer", "ours_profile", "all", "coverage_80", 0.81),
        )
    ]
    evaluation = ModelEvaluation.frame(figures)
    mixed = ads.assign(source=ads["source"].where(ads.index % 10 > 0, "tg_work"))
    write_bundle(tmp_path / "v1", "v1", AT, ad_model, profile_model, mixed, aliases(), evaluation, "card")
    bundle = load_bundle(tmp_path / "v1")
    (answer,) = bundle.predict([ASKED])
    assert bundle.manifest["source"] == "hh"  # what a request is asked as: an ad of the largest source
    assert bundle.manifest["data"]["sources"] == ["hh", "tg_work"]
    assert answer.coverage == {"measured": 0.81, "target": 0.8}


def test_the_fork_is_what_such_ads_state_and_not_the_range(bundle: Bundle) -> None:
    (answer,) = bundle.predict([ASKED])
    assert answer.fork is not None and answer.lower is not None and answer.upper is not None
    # every fork of this market is .3 wide in log pay
    assert np.log(answer.fork[1] / answer.fork[0]) == pytest.approx(0.3, abs=0.05)
    assert answer.lower < answer.fork[0] < answer.fork[1] < answer.upper


def test_contributions_are_roubles_above_or_below_the_average_ad_the_largest_first(bundle: Bundle) -> None:
    (answer,) = bundle.predict([ASKED | {"grade": "senior"}], explain=True)
    assert answer.y_hat is not None
    roubles = [one.roubles for one in answer.contributions]
    assert sum(roubles) == pytest.approx(answer.y_hat - np.exp(bundle.reference.centre), rel=0.02)
    assert all(one.roubles * one.share >= 0 for one in answer.contributions)
    assert [abs(one) for one in roubles] == sorted(map(abs, roubles), reverse=True)


@pytest.mark.parametrize(
    ("field", "low", "high", "group"),
    [
        ("grade", "junior", "senior", "grade"),
        ("experience_years", 0, 3, "experience"),
        ("region", "Омск", "Москва", "region"),
        ("title", "Системный администратор", "Java разработчик", "title"),
    ],
)
def test_what_is_asked_differently_is_what_the_difference_is_put_down_to(
    bundle: Bundle, field: str, low: object, high: object, group: str
) -> None:
    answers = bundle.predict([{"title": "Разработчик"} | {field: value} for value in (low, high)], explain=True)
    less, more = ({one.group: one.share for one in answer.contributions} for answer in answers)
    gained = {name: more[name] - less[name] for name in more}
    if group == "title":  # It names a profession, too.
        gained["title"] += gained.pop("position")
    assert max(gained, key=gained.__getitem__) == group
    assert gained[group] > 0.6 * sum(gained.values()) > 0


def _widened(bundle: Bundle, factor: float) -> Bundle:
    calibration = bundle.profile.calibration
    calibration = replace(calibration, quantiles=factor * calibration.quantiles)
    return replace(bundle, profile=replace(bundle.profile, calibration=calibration))


def test_an_answer_is_as_sure_as_its_ads_are_many_and_near(bundle: Bundle) -> None:
    asked = {"title": "Python разработчик", "grade": "middle"}
    sure, fewer, widened, unknown = _widened(bundle, 0.8).predict(
        [asked, asked | {"region": "Омск"}, asked | {"region": "Атлантида"}, {"title": "zzyzx qwrtp"}]
    )
    assert (sure.confidence, sure.basis.kind) == ("high", "direct")
    assert sure.n >= CONFIDENT_CELL > fewer.n
    assert (fewer.confidence, fewer.basis.kind) == ("medium", "direct")
    assert (widened.confidence, widened.basis.kind) == ("medium", "widened")
    assert widened.n >= CONFIDENT_CELL
    assert (unknown.confidence, unknown.n) == ("low", 0)


@pytest.mark.parametrize(("wider", "confidence"), [(0.8, "high"), (1.2, "medium"), (2.5, "low")])
def test_an_answer_is_as_sure_as_its_range_is_narrow(bundle: Bundle, wider: float, confidence: str) -> None:
    (answer,) = _widened(bundle, wider).predict([{"title": "Python разработчик", "grade": "middle"}])
    assert answer.confidence == confidence


def test_a_profession_of_fewer_than_ten_ads_is_not_answered(bundle: Bundle) -> None:
    (answer,) = bundle.predict([{"title": "Python разработчик", "position": "Технический писатель"}])
    assert not answer.enough
    assert answer.reason == "fewer than ten ads of 'Технический писатель' state their pay"
    assert (answer.range, answer.fork, answer.contributions, answer.n) == (None, None, (), 0)


def test_how_many_ads_are_shown_changes_no_answer(bundle: Bundle) -> None:
    asked = {"title": "разработчик тестировщик middle", "region": "Москва"}
    (few,), (many,) = (bundle.predict([asked], comparable=count) for count in (1, 10))
    assert len(few.comparable) == 1
    assert few.comparable[0] == many.comparable[0]
    assert (few.n, few.basis, few.confidence) == (many.n, many.basis, many.confidence)


def test_a_place_that_no_ad_names_is_said_to_be_given_up(bundle: Bundle) -> None:
    (answer,) = bundle.predict([ASKED | {"region": "Атлантида"}])
    assert answer.basis.kind == "widened"
    assert answer.basis.dropped == ("region",)
    assert answer.confidence != "high"


def test_a_senior_is_worth_more_than_a_junior_and_the_sample_is_counted(bundle: Bundle) -> None:
    junior, senior = bundle.predict([ASKED | {"grade": grade} for grade in ("junior", "senior")])
    assert junior.y_hat is not None and senior.y_hat is not None and junior.y_hat < senior.y_hat
    assert junior.n > 30
    assert {pair[0] for pair in junior.basis.cell} == {"position", "grade", "region"}


@pytest.mark.parametrize("amount", ["до 500к", "от 500 000 руб.", "500000", "\ud800 500000"])
def test_pay_in_the_title_of_a_request_moves_nothing(bundle: Bundle, amount: str) -> None:
    plain, hoped = bundle.predict([ASKED, ASKED | {"title": f"{ASKED['title']} {amount}"}])
    assert hoped.range == plain.range


def test_what_no_ad_is_like_is_not_answered(bundle: Bundle) -> None:
    (answer,) = bundle.predict([{"title": "zzyzx qwrtp"}])
    assert not answer.enough
    assert answer.comparable == ()
    assert answer.range is None and answer.y_hat is None
    assert answer.reason is not None and "no ad with pay is like" in answer.reason


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({}, "give a title or a position"),
        ({"title": "a", "grade": "wizard"}, "grade='wizard' is not known"),
        ({"title": "a", "salary": 1}, "unknown fields salary"),
        ({"title": "a", "experience_years": -1}, "from 0 to 60"),
        ({"title": "a", "skills": "python"}, "skills must be a list"),
        ({"title": "a", "skills": 5}, "skills must be a list"),
        ({"title": "a", "skills": {"python": 5}}, "skills must be a list"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(bundle: Bundle, request_: dict[str, object], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        bundle.predict([request_])
