"""What one spelling is read as: normal forms, lists, things that must stay apart, and text that nobody wrote for us."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salary_assets.skills import UNKNOWN, SkillMapper
from salary_assets.skills.evaluation import merge_figures
from salary_assets.skills.overrides import must_not_merge
from salary_assets.skills.text import script_of, tokenise


@pytest.fixture(scope="module")
def mapper() -> SkillMapper:
    return SkillMapper.from_backbone()


def skills_of(mapper: SkillMapper, spelling: str) -> list[str]:
    return [str(name) for name in mapper.map([spelling])["canon"].dropna()]


@pytest.mark.parametrize(
    ("spelling", "skill"),
    [
        ("PYTHON 3.11", "Python"),
        ("уверенное знание языка Python", "Python"),
        ("питон", "Python"),
        ("Руthon", "Python"),
        ("С++", "C++"),
        ("С#", "C#"),
        ("администрирование  PostgreSQL 14", "PostgreSQL"),
        ("Kubernetes (будет плюсом)", "Kubernetes"),
        ("к8s", "Kubernetes"),
        ("1C:Предприятие 8.3", "1C"),
        ("1С ЗУП", "1C:ZUP"),
        ("React.js", "React"),
        ("машинного обучения", "Machine learning"),
        ("Английский язык — B2", "English"),
        ("Kubernates", "Kubernetes"),
        ("С", "C"),
        ("1 С", "1C"),
        ("1 с", "1C"),
        ("Oracle 12c", "Oracle Database"),
        ("SQL средний уровень", "SQL"),
        ("ETL пайплайны", "ETL"),
        ("принципы построения СУБД", "Базы данных"),
        ("инструменты управления инфраструктурой Terraform", "Terraform"),
        ("Kubernetes 1.33 в проде", "Kubernetes"),
        ("Excel для отчётов начальству", "Excel"),
        ("фиксация договорённостей в Confluence", "Confluence"),
        ("развитое системное мышление", "Системное мышление"),
        ("системы контроля версий, например Git", "Git"),
        ("Linux и т. д.", "Linux"),
        ("1С:Бухгалтерия 8, ред. 3.0", "1C:Accounting"),
        ("установка, настройка и сопровождение Windows Server", "Windows Server"),
        ("Windows Server 2012/2016/2019", "Windows Server"),
    ],
)
def test_a_spelling_in_any_dress_is_its_skill(mapper: SkillMapper, spelling: str, skill: str) -> None:
    assert skills_of(mapper, spelling) == [skill]


@pytest.mark.parametrize(
    ("spelling", "skills"),
    [
        ("Python pandas, numpy", ["Python", "pandas", "NumPy"]),
        ("Docker/Kubernetes", ["Docker", "Kubernetes"]),
        ("Windows и Linux", ["Windows", "Linux"]),
        ("HTML5/CSS3", ["HTML", "CSS"]),
        ("1С: ЗУП, ERP", ["1C:ZUP", "1C:ERP"]),
        ("Windows 7, 10, 11", ["Windows"]),
        ("Java 8, 11, 17", ["Java"]),
        ("нагрузочное тестирование JMeter", ["Нагрузочное тестирование", "JMeter"]),
        ("работа с СУБД и SQL-запросами", ["Базы данных", "SQL"]),
        ("Kubernetes 1.33 в проде, Helmfile", ["Kubernetes", "Helmfile"]),
        ("диковинные файловые системы ext4, XFS", ["ext4", "XFS"]),
        ("наши поделки на базе Docker и Ansible", ["Docker", "Ansible"]),
        ("PostgreSQL хитрости, Ansible", ["PostgreSQL", "Ansible"]),
        ("диковинные поделки: REST, Docker", ["REST API", "Docker"]),
        ("Базы данных: Oracle", ["Базы данных", "Oracle Database"]),
        ("MS Office, в т.ч. Excel", ["MS Office", "Excel"]),
        ("функциональное, регрессионное тестирование", ["Функциональное тестирование", "Регрессионное тестирование"]),
        ("сопровождение операционных систем и офисных приложений", ["Операционные системы", "Офисные программы"]),
    ],
)
def test_a_list_names_its_skills_and_versions_are_none(mapper: SkillMapper, spelling: str, skills: list[str]) -> None:
    assert skills_of(mapper, spelling) == skills


@pytest.mark.parametrize("spelling", ["Spring Boot", "Git Flow", "React Native", "MS SQL Server", "CI/CD", "TCP/IP"])
def test_a_name_with_a_space_or_slash_is_no_list(mapper: SkillMapper, spelling: str) -> None:
    assert len(mapper.map([spelling])) == 1


@pytest.mark.parametrize(
    "spelling",
    [
        "арт",
        "Team",
        "исследование современных технологий",
        "адаптация систем",
        "настройка системы",
        "web-языки",
        "удалённые пользователи",
        "гибка и сварка",
        "Линуксоид",
        "квазиметрические станки",
        "написание стихов в Excel",
        "!!!",
    ],
)
def test_what_the_canon_lacks_is_unknown_and_not_its_nearest_word(mapper: SkillMapper, spelling: str) -> None:
    assert set(mapper.map([spelling])["canon_id"]) == {UNKNOWN}


def test_eighty_pairs_and_more_stay_apart(mapper: SkillMapper) -> None:
    figures, merged = merge_figures(mapper)
    assert len(must_not_merge()) >= 80
    assert figures["n"].tolist() == [len(must_not_merge())]
    assert merged.empty


def test_scripts_are_told_by_letters_after_look_alikes_are_repaired() -> None:
    assert [script_of(text) for text in ("Рython", "питон", "язык Python", "24/7")] == ["en", "ru", "mixed", "other"]


def test_words_keep_the_marks_that_tell_languages_apart() -> None:
    assert [token.word for token in tokenise("C++ / C# & F#")] == ["c++", "c#", "f#"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=40), st.sampled_from(["Python", ", ", "/", "1С:", " и ", "C++", "(", "ё"]))))
def test_any_text_is_read_without_failing(mapper: SkillMapper, pieces: list[str]) -> None:
    spelling = "".join(pieces)
    mapped = mapper.map([spelling])
    assert len(mapped) >= 1
    assert mapped["confidence"].between(0, 1).all()
    assert mapped["canon_id"].notna().all()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Python", "C#", "PostgreSQL", "1С:ЗУП", "Работа в команде"]),
    st.booleans(),
    st.sampled_from(" .,;-"),
)
def test_case_and_outer_marks_never_change_a_skill(mapper: SkillMapper, name: str, upper: bool, mark: str) -> None:
    written = f"{mark} {name.upper() if upper else name.lower()}{mark} "
    assert mapper.map([written])["canon_id"].tolist() == mapper.map([name])["canon_id"].tolist()
