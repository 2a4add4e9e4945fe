"""Publication dates as sources write them."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.sources.base import Refused
from salary_assets.sources.dates import created_of_object_id, read_published, read_russian_date


@pytest.mark.parametrize(
    ("written", "moment", "precision"),
    [
        ("2025-07-02T10:06:13+0300", datetime(2025, 7, 2, 7, 6, 13, tzinfo=UTC), "second"),
        ("2022-12-22 11:59:56+03:00", datetime(2022, 12, 22, 8, 59, 56, tzinfo=UTC), "second"),
        ("2022-12-22 11:59:56", datetime(2022, 12, 22, 8, 59, 56, tzinfo=UTC), "second"),
        ("2022-04-15", datetime(2022, 4, 14, 21, 0, tzinfo=UTC), "day"),
        ("2025-10", datetime(2025, 9, 30, 21, 0, tzinfo=UTC), "month"),
        ("2025-11/12", datetime(2025, 10, 31, 21, 0, tzinfo=UTC), "month"),
    ],
)
def test_dates_without_a_zone_are_moscow_time(written, moment, precision):
    published = read_published(written)
    assert (published.at, published.precision, published.raw) == (moment, precision, written)


@pytest.mark.parametrize("written", ["вчера", "2026-02-31", "", None, 17, "1970-01-01", "9999-12-31", "2025-13"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(Refused, match="publication date"):
        read_published(written)


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1)), st.integers(-11, 14))  # noqa: DTZ001
def test_a_moment_is_read_whatever_zone_it_is_written_in(moment, hours):
    written = f"{moment:%Y-%m-%dT%H:%M:%S}{hours:+03d}00"
    assert read_published(written).at == moment.replace(microsecond=0, tzinfo=UTC) - timedelta(hours=hours)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Refused):
        assert read_published(text).at.tzinfo is UTC


def test_a_day_without_a_year_is_the_first_one_since_the_ad_was_created():
    created = datetime(2024, 10, 28, 12, tzinfo=UTC)
    assert read_russian_date("26 мая", created).at == datetime(2025, 5, 25, 21, tzinfo=UTC)
    assert read_russian_date("28 октября", created).at == datetime(2024, 10, 27, 21, tzinfo=UTC)
    assert read_russian_date("17 мая 2023", None).at == datetime(2023, 5, 16, 21, tzinfo=UTC)


def test_a_day_without_year_and_creation_is_refused():
    with pytest.raises(Refused, match="creation time is not known"):
        read_russian_date("26 мая", None)


def test_an_object_id_holds_its_creation_time():
    assert created_of_object_id("650000000000000000000000") == datetime(2023, 9, 12, 6, 6, 56, tzinfo=UTC)
