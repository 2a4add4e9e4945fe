"""Items of hh.ru become postings, whatever is missing or odd in them."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.sources.base import Feed, RawAd, Refused
from salary_assets.sources.formats import hh
from salary_assets_tests.sources.making import hh_item, line

FEED = Feed("hh", "hh.ru", "hh", "2017-01")
AT = datetime(2024, 5, 10, 9, tzinfo=UTC)


def parsed(item):
    raw = RawAd("hh", str(item["id"]), AT, AT, "archive", None, hh.LIST_TYPE, line(item).encode(), "items.jsonl:1")
    return hh.parse(FEED, raw)


def test_a_search_result_becomes_a_posting():
    posting = parsed(hh_item(5))
    assert posting.posting_id == "hh/5"
    assert posting.title == "Python-разработчик"
    assert posting.text == "Писать код\nЗнание Python"
    assert (posting.employer_id, posting.employer_name, posting.area_name) == ("77", "Ромашка", "Москва")
    assert (posting.pay_from, posting.pay_to, posting.currency) == (150000, 200000, "RUB")
    assert (posting.tax, posting.period) == ("net", "month")
    assert (posting.experience_raw, posting.schedule_raw) == ("between1And3", "remote")
    assert (posting.work_formats_raw, posting.roles_raw) == (("REMOTE",), ("96",))
    assert posting.unknown_keys is None


def test_the_whole_ad_has_its_description_and_skills():
    posting = parsed(
        hh_item(5, description="<p>Пишем</p><ul><li>код</li></ul>", key_skills=[{"name": "Go"}, {"name": "Go"}])
    )
    assert posting.text == "Пишем\n- код"
    assert posting.skills_raw == ("Go",)


@pytest.mark.parametrize(
    ("mode", "period"), [("HOUR", "hour"), ("SHIFT", "shift"), ("SERVICE", "project"), ("FLY_IN_FLY_OUT", "project")]
)
def test_pay_by_the_hour_is_not_monthly_pay(mode, period):
    pay = {"from": 900, "to": None, "currency": "RUR", "gross": None, "mode": {"id": mode}}
    posting = parsed(hh_item(salary_range=pay))
    assert (posting.pay_from, posting.pay_to, posting.period, posting.tax) == (900, None, period, "unknown")


def test_the_older_salary_field_counts_where_there_is_no_range():
    posting = parsed(hh_item(salary_range=None, salary={"from": None, "to": 3000, "currency": "BYR", "gross": True}))
    assert (posting.pay_to, posting.currency, posting.tax, posting.period) == (3000, "BYN", "gross", "month")


def test_pay_in_words_is_kept_as_words():
    posting = parsed(hh_item(salary_range=None, salary="от 100 000 руб."))
    assert (posting.pay_raw, posting.pay_from) == ("от 100 000 руб.", None)


def test_numbers_written_as_text_are_numbers():
    posting = parsed(hh_item(salary_range=None, salary={"from": "100 000", "to": "nan", "currency": "RUR"}))
    assert (posting.pay_from, posting.pay_to) == (100000, None)


def test_a_list_of_formats_written_as_text_is_read():
    posting = parsed(hh_item(work_format=None, schedule={"name": "['ON_SITE', 'REMOTE']"}))
    assert posting.work_formats_raw == ("ON_SITE", "REMOTE")


def test_unknown_fields_and_fields_of_another_type_are_kept_raw():
    posting = parsed(hh_item(area=[1], brand_new={"a": 1}))
    assert json.loads(posting.unknown_keys) == {"area": [1], "brand_new": {"a": 1}}
    assert posting.area_name is None


def test_contacts_in_the_text_are_out():
    posting = parsed(hh_item(description="<p>Пишите на hr@example.com или @anna_hr</p>"))
    assert posting.text == "Пишите на [email] или [handle]"


def test_an_ad_that_says_nothing_is_refused():
    with pytest.raises(Refused, match="neither title nor text"):
        parsed(hh_item(name=None, snippet=None))


def test_equal_ads_under_two_ids_have_equal_hashes():
    one, two, other = parsed(hh_item(1)), parsed(hh_item(2)), parsed(hh_item(3, name="Go-разработчик"))
    assert one.content_hash == two.content_hash != other.content_hash


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "from", "mode"]), inner),
    max_leaves=6,
)


@given(st.sampled_from(sorted(hh_item())[1:]), junk)
def test_any_value_in_any_field_is_read_or_refused(field, value):
    item = hh_item(1) | {field: value}
    try:
        posting = parsed(item)
    except Refused:
        return
    assert posting.pay_from is None or posting.pay_from > 0
