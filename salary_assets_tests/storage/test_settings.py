"""A setting that is wrong is named, with what to write."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from salary_assets.cli import main
from salary_assets.labelling import labeller_from
from salary_assets.salary import tuning
from salary_assets.sources.http import limit_of, timeout_of, user_agent
from salary_assets.storage import BadSetting, TableStore, load_settings


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SALARY_ASSETS_NOW", "yesterday", "SALARY_ASSETS_NOW='yesterday' is not an ISO time; write it like"),
        ("SALARY_ASSETS_NOW", "2026-11-01", "has no time zone; write it like"),
        ("SALARY_ASSETS_REGISTRY", "/no/such/file.yaml", "SALARY_ASSETS_REGISTRY names /no/such/file.yaml"),
        (
            "SALARY_ASSETS_TABLES_URL",
            "nowhere://tables",
            "SALARY_ASSETS_TABLES_URL=nowhere://tables: Protocol",
        ),
    ],
)
def test_a_command_ends_with_what_is_wrong_with_a_setting(tmp_path, monkeypatch, variable, value, told):
    monkeypatch.setenv(variable, value)
    result = CliRunner().invoke(main, ["refresh", "--home", str(tmp_path / "home")])
    assert result.exit_code == 1
    assert told in result.stderr


def test_a_registry_that_is_not_utf_8_is_told(tmp_path):
    home = load_settings(tmp_path)
    home.registry_overlay.write_bytes("feeds: {a: {title: Доска}}".encode("cp1251"))
    result = CliRunner().invoke(main, ["sources", "list", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "registry.yaml: not UTF-8" in result.stderr


def test_a_home_that_cannot_be_one_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["refresh", "--home", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert "give a folder that can be written, --home DIR" in result.stderr


@pytest.mark.parametrize("months", ["2026-1:2026-3", "2026-03:2026-01", "2026-13", ":2026-01"])
def test_months_that_are_none_are_refused(tmp_path, months):
    result = CliRunner().invoke(main, ["refresh", "--home", str(tmp_path), "--months", months])
    assert result.exit_code == 2
    assert f"--months {months}" in result.stderr


@pytest.mark.parametrize("contact", ["Иван <data@salary.example>", "data@salary.example\nX-Other: 1"])
def test_a_contact_that_no_request_can_carry_is_named(tmp_path, contact):
    with pytest.raises(BadSetting, match=r"SALARY_ASSETS_CONTACT=.*; write an e-mail or the address of a page"):
        user_agent(load_settings(tmp_path, env={"SALARY_ASSETS_CONTACT": contact}))


def test_numbers_of_collection_are_named_when_they_are_none(tmp_path):
    wrong = load_settings(tmp_path, env={"SALARY_ASSETS_TIMEOUT": "20s", "SALARY_ASSETS_REQUESTS_PER_SECOND": "-1"})
    with pytest.raises(BadSetting, match="SALARY_ASSETS_TIMEOUT='20s' is not a number"):
        timeout_of(wrong)
    with pytest.raises(BadSetting, match="SALARY_ASSETS_REQUESTS_PER_SECOND='-1': must not be negative"):
        limit_of(wrong, 1.0)


def test_a_blank_number_is_one_that_is_not_set(tmp_path):
    blank = load_settings(tmp_path, env={"SALARY_ASSETS_TIMEOUT": "", "SALARY_ASSETS_REQUESTS_PER_SECOND": " "})
    assert (timeout_of(blank), limit_of(blank, 3.0)) == (20.0, 3.0)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://127.0.0.1", "is no address of a database"),
        ("postgresql://reader:secret@127.0.0.1:1/labels", "does not work: .*; start it or correct the address"),
    ],
)
def test_a_database_that_cannot_be_had_is_named_by_its_setting_and_without_its_password(tmp_path, url, told):
    env = {"SALARY_ASSETS_LABELLER": "mistral", "MISTRAL_API_KEY": "key", "SALARY_ASSETS_LABEL_CACHE_URL": url}
    with pytest.raises(BadSetting, match=told) as cache, labeller_from(load_settings(tmp_path, env=env)):
        pass
    with pytest.raises(BadSetting, match=told) as studies:
        tuning.open_storage(url)
    assert "SALARY_ASSETS_LABEL_CACHE_URL" in str(cache.value)
    assert "SALARY_ASSETS_OPTUNA_URL" in str(studies.value)
    assert "secret" not in str(cache.value) + str(studies.value)


def test_a_store_in_memory_is_an_address_like_any_other():
    assert TableStore("memory://tables").root == "memory://tables"
