"""Whatever the text, the pay parser keeps its promises: it never raises, orders bounds, names units, quotes truly."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from salary_assets.money import mask_pay, parse_pay

PIECES = st.sampled_from(
    ["зп", "Зарплата:", "от", "до", "200", "250 000", "1,2", "300к", "$4-5k", "₽", "руб", "на руки", "gross", "/час",
     "-", "—", "\n", "**", "\u200b", "млн тг", "USDT", "+", "KPI", "350-250к", "вилка", "лет", "%", "📌", "💰", "Ё"]
)  # fmt: skip
JUMBLES = st.lists(PIECES, max_size=14).map(" ".join)
TEXTS = st.one_of(st.text(max_size=200), JUMBLES)
AMOUNTS = st.integers(min_value=20, max_value=900).map(lambda thousands: thousands * 1000)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_any_text_gives_ordered_bounds_units_and_a_true_quote(text: str) -> None:
    reading = parse_pay(text)

    for statement in reading.statements:
        assert statement.amount_from is not None or statement.amount_to is not None
        if statement.amount_from is not None and statement.amount_to is not None:
            assert 0 < statement.amount_from <= statement.amount_to
        assert statement.period and statement.tax
        assert text[statement.start : statement.end] == statement.raw
    assert (reading.reason is None) == bool(reading.statements and reading.statements[0].currency)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_after_masking_no_pay_is_left(text: str) -> None:
    masked = mask_pay(text)

    assert parse_pay(masked).statements == ()
    assert mask_pay(masked) == masked


@given(AMOUNTS, AMOUNTS, st.sampled_from(["{} - {} руб", "от {} до {} ₽", "з/п: {}–{}", "{}-{} рублей на руки"]))
def test_a_written_range_is_read_back(one: int, other: int, form: str) -> None:
    low, high = sorted((one, other))
    words = form.format(f"{low:,}".replace(",", " "), f"{high:,}".replace(",", "\u00a0"))

    (statement,) = parse_pay(words).statements

    assert (statement.amount_from, statement.amount_to, statement.currency) == (low, high, "RUB")


CURRENCIES = {"RUB": "руб.", "USD": "$", "EUR": "евро", "KZT": "тенге", "USDT": "USDT"}
TAXES = {"net": " на руки", "gross": " gross", "unknown": ""}
PERIODS = {"month": (" в месяц", 1), "year": (" в год", 12), "hour": ("/час", 1 / 160), "shift": (" за смену", 1 / 20)}


@given(AMOUNTS, AMOUNTS, st.sampled_from(["{} - {}", "от {}", "до {}", "{}"]), st.sampled_from(sorted(CURRENCIES)),
       st.sampled_from(sorted(TAXES)), st.sampled_from(sorted(PERIODS)))  # fmt: skip
def test_what_is_written_is_read_back(one: int, other: int, form: str, currency: str, tax: str, period: str) -> None:
    words, share = PERIODS[period]
    scale = share / (1 if currency in ("RUB", "KZT") else 100)
    low, high = sorted(max(int(amount * scale), 5) for amount in (one, other))
    spelled = form.format(f"{low:,}".replace(",", " "), f"{high:,}".replace(",", " "))

    (statement,) = parse_pay(f"Зарплата: {spelled} {CURRENCIES[currency]}{words}{TAXES[tax]}").statements

    bounds = {"{} - {}": (low, high), "от {}": (low, None), "до {}": (None, low), "{}": (low, low)}[form]
    assert (statement.amount_from, statement.amount_to) == bounds
    assert (statement.currency, statement.tax, statement.period) == (currency, tax, period)


@given(st.integers(min_value=30, max_value=900))
def test_thousands_read_the_same_in_every_short_form(thousands: int) -> None:
    forms = ("зп {}к", "ЗП: {} т.р.", "вилка {} тыс. руб.", "Зарплата {}000 руб", "оклад {} 000 ₽", "ЗП {}.000")

    readings = [parse_pay(form.format(thousands)).first for form in forms]

    assert {reading and (reading.amount_from, reading.currency) for reading in readings} == {(thousands * 1000, "RUB")}
