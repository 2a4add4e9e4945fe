"""The emulator of hh.ru answers as the published OpenAPI says, so that what passes against it means something."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from salary_assets_tests.conftest import SHARED
from salary_assets_tests.emulators.hh import TOKEN, HhEmulator
from salary_assets_tests.sources.making import hh_item

SPECIFICATION = SHARED / "specs" / "hh-openapi-2025-07.yaml"


@pytest.fixture(scope="module")
def valid():
    """Checks a value against a named schema of the specification."""
    if not SPECIFICATION.is_file():
        pytest.skip(f"hh.ru's OpenAPI file is not at {SPECIFICATION}")
    from openapi_schema_validator import OAS30Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    document = yaml.load(Path(SPECIFICATION).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    registry = Registry().with_resource("hh:spec", Resource.from_contents(document, DRAFT4))

    def check(name, value):
        schema = {"$ref": f"hh:spec#/components/schemas/{name}"}
        errors = list(OAS30Validator(schema, registry=registry).iter_errors(value))
        told = [
            f"{list(inner.absolute_path)}: {inner.message[:200]}" for one in errors for inner in one.context or [one]
        ]
        assert not told, "\n".join(told)

    return check


@pytest.fixture
def get():
    old = {key: value for key, value in hh_item(1).items() if key not in ("salary_range", "work_format", "experience")}
    with HhEmulator([hh_item(2, description="<p>Текст</p>"), old]) as emulator:
        headers = {"Authorization": f"Bearer {TOKEN}", "HH-User-Agent": "test (a@b.example)"}
        with httpx.Client(base_url=emulator.url, headers=headers) as client:
            yield client.get


@pytest.mark.shared
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/vacancies?per_page=20", "VacanciesVacanciesResponse"),
        ("/vacancies/1", "VacanciesVacancy"),
        ("/vacancies/2", "VacanciesVacancy"),
        ("/professional_roles", "ProfessionalRolesCatalog"),
        ("/areas", "DictionariesAreaResponse"),
        ("/vacancies/77", "ErrorsCommonNotFoundErrors"),
        ("/vacancies?page=20&per_page=100", "ErrorsCommonBadRequestBadArgumentBadRequestAndBadArgumentErrors"),
    ],
)
def test_answers_keep_the_published_schema(valid, get, path, schema):
    valid(schema, get(path).json())


def test_no_more_than_two_thousand_ads_of_one_search_are_shown(get):
    assert get("/vacancies?page=19&per_page=100").status_code == 200
    assert get("/vacancies?page=20&per_page=100").json()["errors"][0]["value"] == "page, per_page"


def test_times_are_rounded_to_five_minutes(get):
    def found(low, high):
        return get("/vacancies", params={"date_from": low, "date_to": high}).json()["found"]

    assert found("2024-05-10T12:02:00+0300", "2024-05-10T13:00:00+0300") == 2
    assert found("2024-05-10T12:03:00+0300", "2024-05-10T13:00:00+0300") == 0


def test_a_caller_without_a_token_is_asked_for_a_captcha(get):
    assert get("/vacancies", headers={"Authorization": ""}).json()["errors"][0]["type"] == "captcha_required"


def test_a_dictionary_that_has_not_changed_is_not_sent_again(get):
    tag = get("/areas").headers["etag"]
    assert get("/areas", headers={"If-None-Match": tag}).status_code == 304
