"""What a job title says: roles, technologies and other words; and the language that its skills add."""

from __future__ import annotations

from salary_assets.clusters.languages import language_of, with_language
from salary_assets.clusters.titles import read_title


def test_a_title_is_read_without_grade_place_and_chatter() -> None:
    assert read_title("Senior Python developer (удалённо)").key == read_title("Программист Python, г. Москва").key


def test_brackets_say_what_a_wide_title_leaves_open() -> None:
    assert read_title("Главный инженер (Backend-разработчик)").roles == read_title("Backend-разработчик").roles
    assert read_title("Backend-разработчик (в команду тестировщиков)").roles == ("бэкенд-разработчик",)


def test_brackets_tell_what_a_title_of_a_wide_role_alone_is_about() -> None:
    assert read_title("Инженер (расчёты сетей)").key == read_title("Инженер расчёта сети").key
    assert read_title("Инженер по расчётам (вентиляция)").key == read_title("Инженер по расчётам").key


def test_who_leads_or_teaches_a_job_does_not_do_it() -> None:
    assert read_title("Тестировщик").roles == ("тестировщик",)
    assert set(read_title("Преподаватель курса «Тестировщик»").roles) == {"преподаватель", "тестировщик"}
    assert set(read_title("Руководитель, бизнес-аналитик").roles) == {"руководитель", "бизнес-аналитик"}
    assert read_title("Специалист, бизнес-аналитик").roles == ("бизнес-аналитик",)


def test_a_role_is_read_in_either_order_and_a_language_alone_names_a_developer() -> None:
    assert read_title("Разработчик под iOS").key == read_title("iOS-разработчик").key
    assert read_title("Java стажёр").key == read_title("Java Engineer").key == read_title("Java-разработчик").key
    assert read_title("Преподаватель Java").roles == ("преподаватель",)


def test_a_developer_who_is_also_something_narrower_is_that() -> None:
    assert read_title("Java-разработчик (Team Lead)").key == read_title("Java Team Lead").key
    assert set(read_title("Аналитик-разработчик").roles) == {"аналитик", "разработчик"}


def test_what_follows_a_preposition_after_a_role_is_where_the_job_is() -> None:
    assert read_title("QA engineer на продукт Аналитика").roles == read_title("QA engineer").roles
    assert read_title("Стажёр в отдел аналитики").roles == ("аналитик",)
    assert read_title("QA engineer в банк / аналитик").roles == ("тестировщик", "аналитик")


def test_a_technology_that_another_implies_adds_nothing() -> None:
    assert read_title("PHP-разработчик (Laravel)").key == read_title("Разработчик Laravel").key


def test_a_builders_role_keeps_the_technology_in_its_name_and_a_dialect_says_the_database() -> None:
    assert read_title("Unity-разработчик") == read_title("Game developer (Unity)") != read_title("Разработчик игр")
    assert read_title("PL/SQL разработчик") == read_title("Разработчик баз данных Oracle")
    assert read_title("SQL-разработчик") == read_title("Разработчик баз данных")


def test_a_narrower_role_in_brackets_is_the_job_and_another_one_is_not() -> None:
    assert read_title("QA-инженер (автотестирование)").roles == ("автотестировщик",)
    assert read_title("QA engineer (нагрузочное тестирование)").roles == ("нагрузочный тестировщик",)
    assert read_title("Тестировщик (отдел поддержки)").roles == ("тестировщик",)


def test_a_role_that_says_less_than_the_one_beside_it_gives_way() -> None:
    assert read_title("Web (Frontend)-разработчик").roles == ("фронтенд-разработчик",)
    assert read_title("Веб-разработчик / Full-stack").roles == ("фуллстек-разработчик",)
    assert read_title("Специалист по безопасности (AppSec)").roles == ("appsec-инженер",)
    assert read_title("Веб-разработчик").roles == ("веб-разработчик",)


def test_an_administrators_role_keeps_the_platform_in_its_name() -> None:
    assert read_title("Oracle DBA").technologies == ("oracle-database",)
    assert read_title("Администратор PostgreSQL").technologies == ("postgresql",)
    assert read_title("Администратор Linux").key == read_title("Системный администратор Linux").key
    assert read_title("Системный администратор").technologies == ()


def test_a_grade_of_senior_or_lead_leads_nobody() -> None:
    assert read_title("Senior/Lead QA Engineer").roles == read_title("QA Engineer").roles
    assert read_title("QA Lead").roles != read_title("QA Engineer").roles
    assert read_title("Senior / Team Lead PHP").roles == ("тимлид",)


def test_the_language_c_may_be_a_cyrillic_letter_and_a_preposition_is_no_language() -> None:
    assert read_title("Программист С").technologies == ("c",)
    assert read_title("Разработчик С/С++ (Linux)").technologies == ("c", "c-plus-plus", "linux")
    assert read_title("Разработчик с опытом").technologies == ()


def test_research_and_development_is_no_language() -> None:
    assert read_title("Инженер R&D").technologies == ()
    assert read_title("Разработчик R").technologies == ("r",)


def test_an_ordinary_word_of_a_title_is_no_product() -> None:
    assert read_title("Специалист в офис продаж").technologies == ()
    assert read_title("Специалист Linux").technologies == ("linux",)


def test_words_between_the_parts_of_a_role_and_grades_before_it_do_not_hide_it() -> None:
    support = read_title("Специалист поддержки").roles
    assert read_title("Специалист в службу поддержки сервисов").roles == support
    assert read_title("Специалист в службу технической поддержки").roles != support
    security = read_title("Специалист по информационной безопасности").roles
    assert read_title("Ведущий инженер отдела информационной безопасности").roles == security


def test_languages_of_pages_count_alone_and_what_another_grew_out_of_adds_nothing() -> None:
    assert language_of(["react", "html"]) == "javascript"
    assert language_of(["typescript", "django"]) == "python"
    assert language_of(["c", "c-plus-plus"]) == "c-plus-plus"
    assert language_of(["java", "kotlin"]) is None
    assert language_of(["sql", "bash", "no-such-skill"]) is None


def test_skills_add_no_language_to_a_title_that_says_which_job_it_is() -> None:
    for title in ("Системный аналитик", "Go-разработчик", "Инженер"):
        assert with_language(read_title(title), ["php"]) == read_title(title)
    assert with_language(read_title("Backend / Frontend разработчик"), ["php"]).technologies == ("php",)
