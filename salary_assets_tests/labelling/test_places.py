"""Places: inflected and foreign names lead to city, region, district and country; common words do not."""

from __future__ import annotations

import pytest

from salary_assets.labelling.places import place_of, places_in


@pytest.mark.parametrize(
    ("name", "city", "region", "district", "country"),
    [
        ("Казань", "Казань", "Республика Татарстан", "Приволжский", "RU"),
        ("г. Владимир", "Владимир", "Владимирская область", "Центральный", "RU"),
        ("Moscow, Russia", "Москва", "Москва", "Центральный", "RU"),
        ("Московская область", None, "Московская область", "Центральный", "RU"),
        ("Карелия", None, "Республика Карелия", "Северо-Западный", "RU"),
        ("Лимасол", "Лимассол", None, None, "CY"),
        ("Республика Беларусь", None, None, None, "BY"),
    ],
)  # fmt: skip
def test_a_stated_place_is_resolved(
    name: str, city: str | None, region: str | None, district: str | None, country: str
) -> None:
    place = place_of(name)

    assert place is not None
    assert (place.city, place.region, place.federal_district, place.country) == (city, region, district, country)


@pytest.mark.parametrize(
    ("name", "city", "region"),
    [
        ("Октябрьский (Республика Башкортостан)", "Октябрьский", "Республика Башкортостан"),
        ("Киров (Калужская область)", None, "Калужская область"),
        ("Киров (Кировская область)", "Киров", "Кировская область"),
        ("Крым (Ростовская область)", None, "Ростовская область"),
        ("Зеленогорск (Ленинградская обл)", None, "Ленинградская область"),
        ("Троицк (Московская область)", "Троицк", "Москва"),
        ("Троицк (Челябинская область)", "Троицк (Челябинская область)", "Челябинская область"),
        ("Москва или Московская область", "Москва", "Москва"),
    ],
)
def test_a_region_in_brackets_tells_towns_of_one_name_apart(name: str, city: str | None, region: str) -> None:
    place = place_of(name)

    assert place is not None
    assert (place.city, place.region) == (city, region)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Озерск", "Челябинская область"),
        ("Артём", "Приморский край"),
        ("Вышний Волочёк", "Тверская область"),
        ("Зеленоград", "Москва"),
        ("Зеленоградск", "Калининградская область"),
        ("Сосновоборск", "Красноярский край"),
        ("Матвеев-Курган", "Ростовская область"),
        ("Красный Сулин", "Ростовская область"),
        ("Сестрорецк", "Санкт-Петербург"),
        ("Елизово", "Камчатский край"),
    ],
)
def test_a_smaller_town_is_in_its_own_region_however_it_is_spelled(name: str, region: str) -> None:
    place = place_of(name)

    assert place is not None
    assert place.region == region


def test_an_unknown_place_stays_unknown() -> None:
    assert place_of("Другие страны") is None


def test_inflected_cities_are_found_with_their_place_in_the_text() -> None:
    text = "Офис в **Москве**, можно из Санкт-Петербурга"

    found = [(mention.place.city, text[mention.start : mention.end]) for mention in places_in(text)]

    assert found == [("Москва", "Москве"), ("Санкт-Петербург", "Санкт-Петербурга")]


@pytest.mark.parametrize("text", ["Владимир ведёт команду", "орёл или решка", "нужно уметь читать", "работа по МСК"])
def test_names_and_words_are_not_taken_for_towns(text: str) -> None:
    assert places_in(text) == []


def test_a_name_that_is_also_a_town_counts_after_its_mark() -> None:
    assert [mention.place.city for mention in places_in("офис в г. Владимир, #орел")] == ["Владимир", "Орёл"]
