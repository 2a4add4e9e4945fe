"""The page in a real browser, on a desk and on a phone, in both languages."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from salary_assets_tests.resume.making import simple_docx
from salary_assets_tests.service.test_app import NO_POSITION, RESUME

CASHIER = """
Опыт работы
Январь 2015 — февраль 2025
Магазин
Продавец-консультант"""
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of: errors of scripts and violations of the content security policy."""
    return []


@pytest.fixture
def page(browser: Browser, address: str, complaints: list[str]) -> Iterator[Page]:
    opened = browser.new_page(viewport=DESK)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{address}/")
    opened.wait_for_selector("body[data-ready]")
    yield opened
    opened.close()


def ask(page: Page, title: str, skills: str = "Python, Django") -> None:
    page.fill("input[name=title]", title)
    page.fill("input[name=skills]", skills)
    page.click("button.primary")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("query", "heading", "sample"),
    [("", "Рыночная вилка", "Похожие объявления с зарплатой"), ("?lang=en", "Market range", "Similar ads with pay")],
    ids=["Russian", "English"],
)
def test_an_estimate_is_shown_with_its_picture_and_what_it_rests_on(
    page: Page, address: str, complaints: list[str], size: dict, query: str, heading: str, sample: str
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{address}/{query}")
    page.wait_for_selector("body[data-ready]")
    ask(page, "Python-разработчик")

    expect(page.locator(".picture")).to_be_visible()
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text(sample, exact=False).first).to_be_visible()
    expect(page.get_by_text("81")).to_be_visible()
    expect(page.locator("#model")).to_contain_text("test-1")
    assert page.locator(".rows li").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints == []


def test_what_the_middle_is_made_of_adds_up_to_the_middle(page: Page) -> None:
    ask(page, "Python-разработчик")

    card = page.locator("section", has=page.get_by_role("heading", name="Из чего сложилась середина"))
    expect(card.locator("li").first).to_contain_text("Средняя вакансия")
    amounts = [_roubles(text) for text in card.locator(".money").all_text_contents()]
    assert sum(amounts[:-1]) == amounts[-1]
    assert len(amounts) > 4
    expect(page.locator(".notes").first).to_contain_text(f"Середина: {amounts[-1]:,}".replace(",", "\u00a0"))


def test_the_language_is_switched_by_a_link(page: Page) -> None:
    page.click("#language")
    page.wait_for_selector("html[lang=en] body[data-ready]")

    expect(page.get_by_role("heading", level=1)).to_have_text("What a job in Russian IT pays")
    page.click("#language")
    page.wait_for_selector("html[lang=ru] body[data-ready]")


def upload(page: Page, text: str) -> None:
    page.set_input_files("input[name=file]", {"name": "cv.txt", "mimeType": "text/plain", "buffer": text.encode()})
    page.click("#resume button")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_answer_is_brought_into_view(page: Page, size: dict) -> None:
    page.set_viewport_size(size)
    upload(page, RESUME)

    expect(page.get_by_role("heading", name="Рыночная вилка")).to_be_in_viewport()


def test_the_figures_of_the_picture_can_be_read_on_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    ask(page, "Python-разработчик")
    page.wait_for_selector(".picture")

    heights = page.evaluate(
        "[...document.querySelectorAll('.picture text')].map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 11


def test_a_range_says_of_which_month_it_is(page: Page) -> None:
    ask(page, "Python-разработчик")

    expect(page.get_by_text("Вилка на октябрь 2026")).to_be_visible()


def test_without_a_position_the_page_says_so_and_keeps_nothing_of_the_last_resume(page: Page) -> None:
    upload(page, RESUME)
    expect(page.locator("input[name=title]")).to_have_value("Middle Python-разработчик")
    upload(page, NO_POSITION)

    expect(page.get_by_role("heading", name="Вилки нет")).to_be_visible()
    expect(page.get_by_text("Впишите должность в форму выше")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("")
    expect(page.locator("select[name=grade]")).to_have_value("")
    expect(page.locator("input[name=region]")).to_have_value("Москва")


def test_years_in_another_trade_are_told_apart(page: Page) -> None:
    work = "Март 2021 — по настоящее время"
    upload(page, RESUME.replace(work, "Март 2025 — февраль 2026") + CASHIER)

    expect(page.get_by_text("Опыт: 11 лет 2 месяца, из них в ИТ: 1 год")).to_be_visible()


def test_professions_are_named_in_the_language_of_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}/?lang=en")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("select[name=position] option:nth-child(2)", state="attached")

    page.select_option("select[name=position]", label="Software developer")
    ask(page, "Python developer")

    expect(page.get_by_text("Software developer", exact=False).nth(1)).to_be_visible()
    assert not any("а" <= letter <= "я" for letter in page.locator("select[name=position]").inner_text().lower())


def test_a_resume_fills_the_form_and_brings_advice_with_quotes(page: Page, complaints: list[str]) -> None:
    page.select_option("select[name=work_format]", "office")
    page.set_input_files(
        "input[name=file]",
        {"name": "resume.docx", "mimeType": "application/octet-stream", "buffer": simple_docx(RESUME)},
    )
    page.click("#resume button")

    expect(page.get_by_role("heading", name="Что можно улучшить")).to_be_visible()
    expect(page.locator("input[name=title]")).to_have_value("Middle Python-разработчик")
    expect(page.locator("select[name=grade]")).to_have_value("middle")
    expect(page.locator("select[name=work_format]")).to_have_value("")
    expect(page.locator("blockquote", has_text="90 000 ₽ на руки").first).to_be_visible()
    expect(page.get_by_text("Ваше ожидание ниже")).to_be_visible()
    assert complaints == []


def test_a_refused_file_is_explained_in_plain_words(page: Page) -> None:
    page.set_input_files("input[name=file]", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 no"})
    page.click("#resume button")

    expect(page.locator("#status")).to_have_text("Файл повреждён. Сохраните его заново.")


def test_an_empty_form_is_explained_in_plain_words(page: Page) -> None:
    page.click("button.primary")

    expect(page.locator("#status")).to_have_text("Укажите должность или профессию.")


def test_an_impossible_experience_names_its_field(page: Page) -> None:
    page.fill("input[name=experience_years]", "99")
    ask(page, "Python")

    expect(page.locator("#status")).to_contain_text("Опыт, лет")


@pytest.mark.parametrize("written", ["2,5", "2.5"])
def test_years_are_read_as_they_are_written_here_and_elsewhere(page: Page, written: str) -> None:
    page.type("input[name=experience_years]", written)
    with page.expect_request("**/v1/estimate") as sent:
        ask(page, "Python-разработчик")

    assert sent.value.post_data_json["experience_years"] == 2.5


def test_years_that_are_no_number_are_not_left_out_in_silence(page: Page) -> None:
    page.type("input[name=experience_years]", "пять")
    ask(page, "Python-разработчик")

    expect(page.locator("#status")).to_contain_text("Опыт, лет")


def test_what_was_asked_is_answered_again_in_the_other_language_and_on_the_way_back(page: Page) -> None:
    page.wait_for_selector("select[name=grade] option:nth-child(2)", state="attached")
    page.select_option("select[name=grade]", "senior")
    ask(page, "Python-разработчик", skills="C++, Python & co")
    page.wait_for_selector(".picture")

    page.click("#language")
    page.wait_for_selector("html[lang=en] .picture")
    expect(page.locator("input[name=skills]")).to_have_value("C++, Python & co")
    page.go_back()
    page.wait_for_selector("html[lang=ru] .picture")
    expect(page.locator("select[name=grade]")).to_have_value("senior")
    page.reload()
    page.wait_for_selector(".picture")
    expect(page.locator("input[name=title]")).to_have_value("Python-разработчик")


def test_text_from_outside_is_shown_and_never_run(page: Page, complaints: list[str]) -> None:
    attack = "<img src=x onerror=document.title='taken'>, <script>document.title='taken'</script>"
    ask(page, "Python-разработчик", skills=attack)

    expect(page.locator(".warning")).to_contain_text("<img src=x")
    assert page.title() == "Сколько стоит работа в ИТ"
    assert page.locator("#answer img, #answer script").count() == 0
    assert complaints == []


def test_the_form_works_with_the_keyboard_alone(page: Page) -> None:
    page.focus("input[name=title]")
    page.keyboard.type("Тестировщик")
    page.keyboard.press("Enter")

    expect(page.locator(".picture")).to_be_visible()


def test_a_button_pressed_by_keyboard_keeps_the_focus_and_the_answer_is_announced(page: Page) -> None:
    page.fill("input[name=title]", "Тестировщик")
    page.focus("button.primary")
    page.keyboard.press("Space")
    page.wait_for_selector(".picture")

    expect(page.locator("button.primary")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Готово, ответ ниже.")


def test_a_second_press_while_the_answer_is_on_its_way_asks_nothing_more(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/estimate", hold)
    page.fill("input[name=title]", "Тестировщик")
    page.focus("input[name=title]")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert len(held) == 1

    held[0].continue_()
    page.wait_for_selector(".picture")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    assert len(held) == 2


@pytest.mark.parametrize("rule", ["borderTopColor", "outlineColor"])
def test_the_edge_of_a_field_and_the_mark_of_focus_stand_out_from_white(page: Page, rule: str) -> None:
    page.focus("input[name=title]")
    color = page.eval_on_selector("input[name=title]", f"node => getComputedStyle(node).{rule}")

    assert 1.05 / (luminance(color) + 0.05) >= 3


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2) of `rgb(31, 95, 139)`, 0 to 1."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_service_that_went_away_is_admitted(page: Page) -> None:
    page.context.set_offline(True)
    ask(page, "Python")

    expect(page.locator("#status")).to_contain_text("Сервис не отвечает")
    page.context.set_offline(False)


def _roubles(text: str) -> int:
    """`−12 000 ₽` -> -12000."""
    amount = int(re.sub(r"\D", "", text))
    return -amount if text.startswith("−") else amount
