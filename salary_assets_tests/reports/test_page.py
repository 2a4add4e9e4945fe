"""The page in a real browser: on a phone and on a desk, in both languages, with nothing asked of the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page

from salary_assets.cli import main
from salary_assets.reports import market_figures, render_market_report
from salary_assets.reports.tables import percent
from salary_assets.storage import Settings, TableStore
from salary_assets.storage.schemas import MarketReport
from salary_assets_tests.reports.conftest import HOSTILE

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 360, "height": 740}}


@pytest.fixture
def asked() -> list[str]:
    """Addresses that the page asked for, and complaints of its scripts or content policy."""
    return []


@pytest.fixture(params=SIZES.values(), ids=SIZES.keys())
def opened(
    request: pytest.FixtureRequest, browser: Browser, page: str, asked: list[str], tmp_path: Path
) -> Iterator[Page]:
    file = tmp_path / "market.html"
    file.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport=request.param)
    tab.on("request", lambda one: asked.append(one.url) if not one.url.startswith(("data:", "file:")) else None)
    tab.on("console", lambda one: asked.append(one.text) if one.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: asked.append(str(error)))
    tab.goto(file.as_uri())
    yield tab
    tab.close()


def unfold(tab: Page) -> None:
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def overflow(tab: Page) -> int:
    return int(tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_nothing_hangs_over_the_edge_in_either_language_with_every_table_open(opened: Page, asked: list[str]) -> None:
    unfold(opened)
    for language in ("English", "Русский"):
        opened.click(f"text={language}")
        assert overflow(opened) == 0
    assert asked == []


def test_the_switch_shows_one_language_and_hides_the_other(opened: Page) -> None:
    headings = opened.locator("h2:visible")
    russian = headings.all_inner_texts()
    opened.click("text=English")
    english = headings.all_inner_texts()

    assert "Оплата по профессиям" in russian
    assert "Pay by profession" in english
    assert not set(russian) & set(english)
    assert opened.evaluate("document.documentElement.lang") == "en"


def test_every_picture_is_drawn_and_has_words_for_those_who_do_not_see_it(opened: Page) -> None:
    opened.wait_for_function("[...document.images].every(one => one.complete)")
    pictures = opened.locator("picture:visible img")

    widths = pictures.evaluate_all("all => all.map(one => one.naturalWidth)")
    assert len(widths) >= 8
    assert min(widths) > 0
    assert all(pictures.evaluate_all("all => all.map(one => one.alt)"))


def test_words_from_ads_stay_words(opened: Page) -> None:
    unfold(opened)

    assert HOSTILE in opened.locator("#skills td").all_inner_texts()
    assert opened.title() != "stolen"


def test_the_same_figures_make_the_same_page(figures: pd.DataFrame, page: str) -> None:
    assert render_market_report(figures) == page


def test_the_page_says_how_many_disclose_pay_and_that_skills_are_an_association(page: str) -> None:
    assert "of ads state pay that can be compared" in page
    assert "It is an association, not a cause" in page
    assert "Это связь, а не причина" in page


def test_the_page_says_of_which_month_most_pay_is_and_that_amounts_are_of_their_time(
    market: pd.DataFrame,
) -> None:
    old = market.assign(month=["2021-10" if number % 4 else "2024-02" for number in range(len(market))])
    page = render_market_report(market_figures(old))

    assert "not adjusted for inflation" in page
    assert "are of one month, 2021\u201110" in page


def test_a_plot_of_skills_says_how_many_stand_out_and_that_it_shows_the_largest(
    page: str, figures: pd.DataFrame
) -> None:
    of_skills = figures[figures["section"] == "skill_difference"]
    bounds = of_skills.pivot(index="dimensions", columns="measure", values="value")
    telling = int(((bounds["low"] > 0) | (bounds["high"] < 0)).sum())

    assert f"{len(bounds)} skills were compared; for {telling} the 95 % interval excludes zero" in page
    assert "up to 15 of these with the largest difference each way" in page


def test_a_difference_of_months_names_the_month_that_it_is_from(market: pd.DataFrame) -> None:
    old = market.assign(month=["2021-10" if number % 4 else "2024-02" for number in range(len(market))])
    page = render_market_report(market_figures(old))

    assert "difference from the month with most vacancies of comparable pay (2021\u201110)" in page


@pytest.mark.parametrize(("difference", "shown"), [(-0.004, "0"), (0.004, "0"), (-0.1, "−10"), (0.1, "+11")])
def test_a_difference_that_rounds_to_nothing_has_no_sign(difference: float, shown: str) -> None:
    assert percent(difference) == f"{shown}\u202f%"


def test_a_section_of_pay_says_what_stands_behind_it(page: str, figures: pd.DataFrame) -> None:
    total = figures[(figures["section"] == "pay") & (figures["dimensions"] == "{}")].iloc[0]

    assert f"{total['employers']:.0f} employers" in page
    assert page.count("With comparable pay:") == 5


def test_a_count_of_employers_says_that_only_the_named_are_in_it(page: str) -> None:
    assert "employers named" in page
    assert "названо работодателей" in page
    assert "names no employer counts as one of its own" in page


def test_a_median_of_which_one_employer_prevails_is_marked_as_such(market: pd.DataFrame, page: str) -> None:
    prevailing = market["employer_key"].mask(market.index % 10 < 9, "chain")
    marked = render_market_report(market_figures(market.assign(employer_key=prevailing)))

    assert "one employer prevails in the group" in marked
    assert "one employer prevails in the group" not in page


def test_an_empty_market_makes_a_page_that_says_so(market: pd.DataFrame) -> None:
    assert "The table of vacancies has no rows yet." in render_market_report(market_figures(market.head(0)))


def test_a_report_goes_where_it_is_asked_for_or_says_why_it_cannot(
    figures: pd.DataFrame, page: str, home: Settings, tmp_path: Path
) -> None:
    TableStore(home.tables_url).write(MarketReport, figures)
    (tmp_path / "file").write_text("")
    asked = {
        out: ["report", "--home", str(home.home), "--out", str(tmp_path / out / "m.html")] for out in ("new", "file")
    }
    written, refused = (CliRunner().invoke(main, asked[out]) for out in ("new", "file"))
    assert written.stdout == f"{tmp_path / 'new' / 'm.html'}\n"
    assert (tmp_path / "new" / "m.html").read_text("utf-8") == page
    assert refused.exit_code == 1
    assert f"{tmp_path / 'file' / 'm.html'} cannot be written" in refused.output
