"""Contacts leave the text; what only looks like a contact stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.postings import redact_contacts


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Резюме на ivan.petrov+cv@mail.example.com", "Резюме на [email]"),
        ("Пишите @anna_hr, ответим", "Пишите [handle], ответим"),
        ("https://t.me/anna_hr?start=1 или vk.com/id123", "[link] или [link]"),
        ("https://ru.linkedin.com/in/anna-hr/", "[link]"),
        ("wa.me/+7 900 123-45-67", "[link]"),
        ("+7 (900) 123-45-67", "[phone]"),
        ("8(800)555-35-35, 89001234567", "[phone], [phone]"),
        ("тел.89001234567", "тел.[phone]"),
        ("+375 29 123-45-67 и +49 151 234 567 89", "[phone] и [phone]"),
        ("+380 501 234 567", "[phone]"),
        ("(495) 123-45-67", "[phone]"),
        ("Телефон: 123-45-67", "Телефон: [phone]"),
        ("skype: anna.petrova", "skype: [handle]"),
        ("тг: anna_hr", "тг: [handle]"),
    ],
)
def test_contacts_are_replaced(text, redacted):
    assert redact_contacts(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "C#, C++17, F#, .NET 6.0.1, Node.js@18, @angular/core",
        "1С 8.3, 1С:Предприятие 8.3.20.1549, ИНН 7701234567",
        "поддержка 24/7, график 2/2, 09:00-18:00",
        "80 000 - 100 000 руб., 70000-90000, 8 000 000 - 10 000 000 UZS",
        "оклад +100 000 - 150 000 премия",
        "https://www.ramax.ru/career/ и https://company.example.com/jobs",
        "2021-10-07T15:30:07+0300, 30.09.2021",
        "https://hh.ru/vacancy/89001234",
        "проводить скайп-встречи, Telegram: боты",
    ],
)
def test_what_only_looks_like_a_contact_stays(text):
    assert redact_contacts(text) == text


digits = st.integers(0, 9).map(str)


@given(
    st.sampled_from(["+7 ", "+7", "8 ", "8"]),
    st.lists(digits, min_size=10, max_size=10),
    st.sampled_from(["{}{}{}{}", "({}) {}-{}-{}", "{} {} {} {}", "{}-{}-{}-{}", "{} {}-{}-{}"]),
)
def test_every_way_to_write_a_russian_phone_is_redacted(prefix, number, form):
    joined = "".join(number)
    phone = prefix + form.format(joined[:3], joined[3:6], joined[6:8], joined[8:])
    assert redact_contacts(f"Звоните {phone} днём") == "Звоните [phone] днём"


@given(st.integers(20, 900), st.integers(20, 900), st.sampled_from([" - ", "-", " – ", " до "]))
def test_pay_ranges_are_never_phones(low, high, dash):
    text = f"от {low} 000{dash}{high} 000 рублей"
    assert redact_contacts(text) == text


@given(st.text(alphabet="ab @.+7890-()[]/:tme\n", max_size=60))
def test_redacting_twice_changes_nothing_more(text):
    once = redact_contacts(text)
    assert redact_contacts(once) == once
