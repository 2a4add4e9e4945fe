"""Every code that the service can answer with has plain words in both languages."""

import json
import re
from pathlib import Path

import pytest

import salary_assets.resume.documents as documents
import salary_assets.service as service
from salary_assets.storage.vocabulary import POSITIONS

STATIC = Path(service.__file__).parent / "static"
TEXTS = json.loads((STATIC / "texts.json").read_text("utf-8"))


def codes_in(folder: Path, pattern: str) -> set[str]:
    return {code for path in folder.glob("*.py") for code in re.findall(pattern, path.read_text("utf-8"))}


def test_both_languages_say_the_same_things() -> None:
    assert set(TEXTS["ru"]) == set(TEXTS["en"])


def test_both_languages_are_given_the_same_figures() -> None:
    for key, russian in TEXTS["ru"].items():
        assert set(re.findall(r"\{(\w+)\}", russian)) == set(re.findall(r"\{(\w+)\}", TEXTS["en"][key])), key


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_refusal_has_words(language: str) -> None:
    refusals = codes_in(Path(documents.__file__).parent, r'DocumentRefused\(\s*"(\w+)"') | {"too_heavy"}
    problems = codes_in(Path(service.__file__).parent, r'(?:problem\(\d+, |UploadRefused\()"(\w+)"')

    assert len(refusals) > 10
    assert len(problems) > 5
    assert {code for code in refusals | problems if f"error.{code}" not in TEXTS[language]} == set()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_profession_and_every_sort_of_evidence_has_words(language: str) -> None:
    asked = {f"position.{name}" for name in POSITIONS} | {f"evidence.{name}" for name in ("resume", "market", "tax")}

    assert {key for key in asked if key not in TEXTS[language]} == set()


def test_every_text_that_the_page_asks_for_is_there() -> None:
    asked = {
        key
        for path in STATIC.glob("*.*")
        for key in re.findall(r'(?:say\("|data-(?:text|placeholder)=")([\w.]+)"', path.read_text("utf-8"))
    }

    assert len(asked) > 40
    assert {key for key in asked if key not in TEXTS["ru"]} == set()


def test_the_page_has_no_inline_code_and_inserts_no_html() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    scripts = "".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))

    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", page)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", scripts)
