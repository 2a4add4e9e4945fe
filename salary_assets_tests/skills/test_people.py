"""What people decide: overrides win over rules and verdicts; a company's own list becomes the target."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from salary_assets.defs.resources import Home
from salary_assets.defs.skills.assets import company_skills
from salary_assets.skills import (
    UNKNOWN,
    SkillMapper,
    build_canon,
    count_spellings,
    import_company_canon,
    load_overrides,
    merge_figures,
    parse_entries,
)
from salary_assets.skills.company import CompanyListError
from salary_assets.skills.overrides import OverrideError, Overrides, overrides_table
from salary_assets.skills.spellings import key_of
from salary_assets.skills.vocabulary import Vocabulary, backbone_rows
from salary_assets.storage.schemas.skills import RawSkills, SkillVerdicts

DECIDED = """
must_link:
  - {spelling: "Питончик", skill: "Python", reason: "our slang"}
  - {spelling: "React", skill: "React Native", reason: "we only do mobile"}
  - {spelling: "LAMP", skill: "PHP", reason: "the rest is taken for granted here"}
  - {spelling: "Змеиный  язык", skill: "Python", reason: "our slang"}
split:
  - {spelling: "GA", skills: ["Google Analytics", "Git"], reason: "both are meant here"}
  - {spelling: "Спарк-стек", skills: ["Spark", "Hadoop"], reason: "named together here"}
context:
  - {spelling: "AD", position: "Маркетолог-аналитик", skill: "Реклама", reason: "advertising there"}
canon:
  - {canon_id: "python", name: "Python (our)", reason: "house style"}
not_it:
  - {skill: "Excel", reason: "an office skill here"}
cannot_link:
  - {left: "Квазиметрические станки", right: "Квазиметричные станочки", reason: "two makers"}
"""


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Overrides:
    file = tmp_path_factory.mktemp("overrides") / "skill_overrides.yaml"
    file.write_text(DECIDED, encoding="utf-8")
    return load_overrides(file)


@pytest.fixture(scope="module")
def mapper(decided: Overrides) -> SkillMapper:
    return SkillMapper(Vocabulary(backbone_rows(decided), decided))


def ids(mapper: SkillMapper, spelling: str, position: str | None = None) -> list[str]:
    return mapper.map([spelling], position)["canon_id"].tolist()


def test_a_spelling_means_what_people_say(mapper: SkillMapper) -> None:
    assert ids(mapper, "питончик") == ["python"]
    assert ids(mapper, "React") == ["react-native"]
    assert ids(mapper, "Спарк-стек") == ["spark", "hadoop"]
    assert ids(mapper, " змеиный ЯЗЫК") == ["python"]


def test_an_own_decision_replaces_a_packaged_one_of_another_sort(mapper: SkillMapper, decided: Overrides) -> None:
    assert ids(mapper, "LAMP") == ["php"]
    assert ids(mapper, "GA") == ["google-analytics", "git"]
    assert not set(decided.must_link) & set(decided.split)


def test_a_spelling_may_mean_another_skill_in_one_profession(mapper: SkillMapper) -> None:
    assert ids(mapper, "AD", "Маркетолог-аналитик") == ["reklama"]
    assert ids(mapper, "AD") == ["active-directory"]


def test_people_name_and_flag_skills(mapper: SkillMapper) -> None:
    mapped = mapper.map(["python 3", "Excel"])
    assert mapped["canon"].tolist() == ["Python (our)", "Excel"]
    assert mapped["is_it"].tolist() == [True, False]


def test_a_verdict_cannot_merge_what_people_keep_apart(decided: Overrides) -> None:
    names = ["Квазиметрические станки", "Квазиметричные станочки"]
    vacancies = pd.DataFrame({"vacancy_id": list("abcd"), "position": "Сетевой инженер", "skills": [names] * 4})
    raw = count_spellings(vacancies.astype({"vacancy_id": "str", "position": "str"}))
    said = {"verdict": "same", "by": "mistral:x", "reason": "alike", "confidence": 1.0}
    left, right = map(key_of, names)
    verdicts = SkillVerdicts.frame([{"left": left, "right": right, **said}])
    _, merged_freely = build_canon(raw, verdicts)
    _, aliases = build_canon(raw, verdicts, overrides=decided)
    assert merged_freely["canon_id"].nunique() == 1
    assert aliases["canon_id"].nunique() == 2


def test_a_decision_that_merges_what_must_stay_apart_is_found(mapper: SkillMapper) -> None:
    _, merged = merge_figures(mapper)
    assert merged[["left", "right"]].values.tolist() == [["React", "React Native"]]


def test_every_decision_is_shown_with_its_reason(decided: Overrides) -> None:
    table = overrides_table(decided).set_index("what")
    assert table.loc["питончик", "reason"] == "our slang"
    assert table.loc["python", "decision"] == "Python (our)"
    assert (table["reason"] != "").all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mustlink: []", "unknown section mustlink"),
        ("must_link: [{spelling: x, skill: Python}]", "lacks 'reason'"),
        ("must_link: [{spelling: a, skill: Python, reason: r}]\nsplit: [{spelling: a, skills: [Go], reason: r}]", "a"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "skill_overrides.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(OverrideError, match=said) as refused:
        load_overrides(file)
    assert str(file) in str(refused.value)


def test_an_override_that_names_no_skill_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "skill_overrides.yaml"
    file.write_text("must_link: [{spelling: x, skill: Гидропоника 3000, reason: r}]", encoding="utf-8")
    decided = load_overrides(file)
    with pytest.raises(OverrideError, match="Гидропоника 3000"):
        Vocabulary(backbone_rows(decided), decided)


def test_a_company_list_is_the_target_and_says_what_it_lacks_and_holds_twice() -> None:
    entries = parse_entries(
        "canon,aliases\nПайтон разработка,змея\nReactJS,\nReact.js,реактище\nHTML/CSS,\nГидропоника,гидра\n"
    )
    company = import_company_canon(entries)
    mapped = company.map_onto(["Python 3", "змея", "реакт", "Docker", "гидра", "нечто"])
    assert mapped["canon"].fillna("").tolist() == ["Пайтон разработка"] * 2 + ["ReactJS", "", "Гидропоника", ""]
    assert mapped["canon_id"].tolist()[3] == UNKNOWN
    assert mapped["lacks"].fillna("").tolist() == ["", "", "", "Docker", "", ""]
    assert mapped["confidence"].tolist()[3] == 0
    assert company.map_onto(["реактище"])["canon"].tolist() == ["ReactJS"]
    assert company.doubles()[["name", "of"]].values.tolist() == [["React.js", "ReactJS"]]
    assert company.report["relation"].tolist() == ["same", "same", "double", "list", "own"]


def test_what_a_company_list_lacks_is_counted_on_vacancies() -> None:
    company = import_company_canon(parse_entries("Python\nGit\n"))
    counts = pd.DataFrame({"spelling": ["Python", "Docker", "докер", "Linux"], "vacancies": [9, 3, 2, 4]})
    lacks = company.lacks(counts)
    assert lacks[["skill", "vacancies", "spellings"]].values.tolist() == [["Docker", 5, 2], ["Linux", 4, 1]]


def test_the_list_of_the_home_becomes_a_table_of_what_it_means_and_lacks(tmp_path: Path) -> None:
    (tmp_path / "company_skills.csv").write_text(
        "canon,aliases\nПайтон разработка,змея\nReactJS,\nReact.js,\nГидропоника,гидра\n", encoding="utf-8"
    )
    spellings = {"python": 4, "змея": 2, "реакт": 3, "гидра": 1, "Docker": 5}
    rows = [{"spelling": one, "position": "x", "vacancies": n, "script": "en"} for one, n in spellings.items()]
    made = company_skills(home=Home(path=str(tmp_path)), raw_skills=RawSkills.frame(rows)).value
    assert made[["name", "relation", "canon_id", "vacancies"]].values.tolist() == [
        ["Docker", "lacks", "docker", 5],
        ["React.js", "double", "react", 3],
        ["ReactJS", "same", "react", 3],
        ["Гидропоника", "own", "gidroponika", 1],
        ["Пайтон разработка", "same", "python", 6],
    ]


def test_without_a_list_the_table_is_empty(tmp_path: Path) -> None:
    made = company_skills(home=Home(path=str(tmp_path)), raw_skills=RawSkills.no_rows())
    assert made.value.empty
    assert "does not exist" in str(made.metadata)


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "company_skills.csv").write_text("canon,aliases\n,x\n", encoding="utf-8")
    with pytest.raises(CompanyListError, match=r"company_skills\.csv: line 2"):
        company_skills(home=Home(path=str(tmp_path)), raw_skills=RawSkills.no_rows())


def test_an_empty_company_list_is_refused() -> None:
    with pytest.raises(CompanyListError, match="empty"):
        parse_entries("\n \n")
