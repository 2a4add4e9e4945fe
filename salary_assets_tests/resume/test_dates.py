"""Spans of work as Russian and English resumes write them, and months counted once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.resume.dates import Span, find_length, find_span, iso, total_months

TODAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("Декабрь 2017 — по настоящее время", (2017, 12), None),
        ("Сентябрь 2020 — сентябрь 2021", (2020, 9), (2021, 9)),
        ("апр. 2019 — н.в.", (2019, 4), None),
        ("январь 2022 – наст. время", (2022, 1), None),
        ("03.2019–05.2021 Пример, инженер", (2019, 3), (2021, 5)),
        ("Пример (01.02.2019 - 03.04.2020)", (2019, 2), (2020, 4)),
        ("05/2019 – 07/2020", (2019, 5), (2020, 7)),
        ("2021-03 — 2022-05", (2021, 3), (2022, 5)),
        ("Jan 2020 - Present", (2020, 1), None),
        ("October 2021 — currently", (2021, 10), None),
        ("03.2021 - н/в Пример", (2021, 3), None),
        ("03.2021—н.в", (2021, 3), None),
        ("с 03.2021 до настоящего времени", (2021, 3), None),
        ("01.09.2020 г. - 31.12.2021 г.", (2020, 9), (2021, 12)),
        ("March 2018 to June 2019", (2018, 3), (2019, 6)),
        ("С Е Н Т Я Б Р Ь", None, None),
        ("Телефон 8 900 123-45-67", None, None),
        ("ГОСТ 34.602-2020", None, None),
    ],
)
def test_a_span_is_found_where_a_line_has_one(line: str, start: tuple | None, end: tuple | None) -> None:
    span = find_span(line, TODAY)

    assert (span and span.start, span and span.end) == (start, end)


def test_bare_years_are_taken_at_their_middle() -> None:
    span = find_span("2019 - 2022", TODAY)

    assert span is not None
    assert total_months([(span.start, span.end)], TODAY) == 36
    assert not span.exact


def test_a_job_within_one_bare_year_is_half_of_it() -> None:
    span = find_span("2021 – 2021", TODAY)

    assert span is not None
    assert total_months([(span.start, span.end)], TODAY) == 6


def test_a_future_end_is_today_and_a_future_start_is_no_job() -> None:
    ending_later = find_span("Январь 2026 — декабрь 2027", TODAY)

    assert ending_later is not None
    assert ending_later.end == (2026, 11)
    assert find_span("Январь 2027 — декабрь 2027", TODAY) is None


def test_backwards_dates_are_no_span() -> None:
    assert find_span("Май 2021 — март 2020", TODAY) is None


def test_overlapping_jobs_count_each_month_once() -> None:
    jobs = [((2020, 1), (2020, 12)), ((2020, 7), (2021, 6)), ((2021, 3), (2021, 3))]

    assert total_months(jobs, TODAY) == 18


def test_a_current_job_counts_to_this_month() -> None:
    assert total_months([((2026, 9), None)], TODAY) == 3


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Опыт работы 7 лет 10 месяцев", 94),
        ("3 года и 2 месяца", 38),
        ("1 year 3 months", 15),
        ("11 месяцев", 11),
        ("2,5 года", 30),
        ("без опыта", None),
    ],
)
def test_a_stated_length_is_read_in_months(text: str, months: int | None) -> None:
    found = find_length(text)

    assert (found and found[0]) == months


@given(st.text(max_size=80))
def test_any_text_gives_a_span_inside_it_or_none(text: str) -> None:
    span = find_span(text, TODAY)

    assert span is None or (isinstance(span, Span) and 0 <= span.start_at < span.end_at <= len(text) * 2)


@given(st.lists(st.tuples(st.integers(1990, 2025), st.integers(1, 12), st.integers(0, 60)), min_size=1, max_size=8))
def test_total_is_never_less_than_the_longest_job_nor_more_than_all(jobs: list[tuple[int, int, int]]) -> None:
    spans = []
    for year, month, length in jobs:
        last = year * 12 + month - 1 + length
        spans.append(((year, month), min((last // 12, last % 12 + 1), (2026, 11))))
    lengths = [total_months([span], TODAY) for span in spans]

    assert max(lengths) <= total_months(spans, TODAY) <= sum(lengths)


@given(st.integers(1950, 2026), st.integers(1, 12))
def test_months_are_written_as_iso(year: int, month: int) -> None:
    assert date.fromisoformat(iso((year, month)) + "-01") == date(year, month, 1)
