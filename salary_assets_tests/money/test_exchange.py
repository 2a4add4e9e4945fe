"""Rates of a month: from the Bank of Russia's feed on loopback, the operator's file, the bundled figures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from salary_assets.money import BadRatesFile, Rates, rates_by_month
from salary_assets.storage import load_settings
from salary_assets_tests.emulators.cbr import CbrEmulator
from salary_assets_tests.emulators.server import Fault, Response

LATER = datetime(2024, 6, 1, 9, tzinfo=UTC)
QUOTES = {
    "USD": {
        "2023-12-01": ("88,8841", "1"),
        "2023-12-16": ("89,6741", "1"),
        "2023-12-30": ("89,6883", "1"),
        "2024-01-10": ("90,4040", "1"),
        "2024-01-31": ("89,2887", "1"),
        "2024-02-01": ("90,2299", "1"),
        "2024-02-02": ("90,2400", "1"),
    },
    "KZT": {"2024-01-10": ("19,8655", "100")},
    "UZS": {"2024-01-10": ("1\u00a0000,5000", "10000")},
}
JANUARY, OPERATORS = "2024-01", "date,USD,GEL\n2024-01-10,95.5,\n2024-01-20,,33\n"


def rates(home: Path, url: str, months: list[str], now: datetime = LATER) -> dict[str, pd.DataFrame]:
    return rates_by_month(load_settings(home, {"SALARY_ASSETS_CBR_URL": url}), months, now)


def days(frame: pd.DataFrame, currency: str) -> dict[str, float]:
    of_currency = frame[frame["currency"] == currency]
    return dict(zip(of_currency["effective_on"], of_currency["rub_per_unit"], strict=True))


@pytest.fixture
def operators_file(tmp_path: Path) -> Path:
    path = tmp_path / "rates.csv"
    path.write_text(OPERATORS, encoding="utf-8")
    return path


def test_a_month_has_its_rates_for_one_unit_and_the_last_ones_set_before_it(tmp_path: Path) -> None:
    with CbrEmulator(QUOTES) as feed:
        found = rates(tmp_path, feed.url, [JANUARY])[JANUARY]

    assert days(found, "USD") == {
        "2023-12-16": 89.6741,
        "2023-12-30": 89.6883,
        "2024-01-10": 90.404,
        "2024-01-31": 89.2887,
    }
    assert days(found, "KZT") == {"2024-01-10": pytest.approx(0.198655)}
    assert days(found, "UZS") == {"2024-01-10": pytest.approx(0.10005)}
    assert set(found["origin"]) == {"cbr_daily"}
    assert Rates.from_frame(found).on("USD", datetime(2024, 1, 9, tzinfo=UTC).date()).rub_per_unit == 89.6883


def test_several_months_are_read_at_once_and_each_keeps_its_own(tmp_path: Path) -> None:
    with CbrEmulator(QUOTES) as feed:
        found = rates(tmp_path, feed.url, ["2024-02", JANUARY])

    assert max(found[JANUARY]["effective_on"]) == "2024-01-31"
    assert set(days(found["2024-02"], "USD")) == {"2024-01-10", "2024-01-31", "2024-02-01", "2024-02-02"}


def test_what_the_feed_said_of_the_past_is_not_asked_again(tmp_path: Path) -> None:
    with CbrEmulator(QUOTES) as feed:
        first = rates(tmp_path, feed.url, [JANUARY])
        asked = len(feed.requests)
        second = rates(tmp_path, feed.url, [JANUARY])
        assert len(feed.requests) == asked

    pd.testing.assert_frame_equal(first[JANUARY], second[JANUARY])


def test_an_answer_that_was_cut_on_disk_is_asked_for_again(tmp_path: Path) -> None:
    with CbrEmulator(QUOTES) as feed:
        whole = rates(tmp_path, feed.url, [JANUARY])
        for kept in tmp_path.rglob("*.xml"):
            kept.write_bytes(kept.read_bytes()[:-20])
        again = rates(tmp_path, feed.url, [JANUARY])

    pd.testing.assert_frame_equal(whole[JANUARY], again[JANUARY])


@pytest.mark.parametrize("on", ["daily", "dynamic"])
def test_an_answer_that_says_what_is_wrong_is_not_kept_as_one_without_rates(tmp_path: Path, on: str) -> None:
    refusal = Response(b"<ValCurs>Error in parameters</ValCurs>")
    with CbrEmulator(QUOTES) as feed:
        feed.faults.append(Fault("answer", on=on, response=refusal))
        assert rates(tmp_path, feed.url, [JANUARY])[JANUARY].empty
        assert set(rates(tmp_path, feed.url, [JANUARY])[JANUARY]["currency"]) == {"KZT", "USD", "UZS"}


def test_today_is_the_day_in_moscow_and_nothing_later_is_asked_for(tmp_path: Path) -> None:
    midnight_in_moscow = datetime(2024, 1, 31, 21, 30, tzinfo=UTC)
    with CbrEmulator(QUOTES) as feed:
        found = rates(tmp_path, feed.url, ["2024-02"], midnight_in_moscow)["2024-02"]
        asked = {request.one("date_req2") for request in feed.requests if "dynamic" in request.path}

    assert asked == {"01/02/2024"}
    assert max(days(found, "USD")) == "2024-02-01"


def test_a_month_still_running_is_asked_about_anew_the_next_day(tmp_path: Path) -> None:
    with CbrEmulator(QUOTES) as feed:
        rates(tmp_path, feed.url, ["2024-02"], datetime(2024, 2, 1, 9, tzinfo=UTC))
        found = rates(tmp_path, feed.url, ["2024-02"], datetime(2024, 2, 2, 9, tzinfo=UTC))["2024-02"]

    assert "2024-02-02" in days(found, "USD")


def test_a_month_to_come_and_a_feed_switched_off_ask_nothing_and_warn_of_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with CbrEmulator(QUOTES) as feed:
        assert rates(tmp_path, feed.url, ["2024-09"])["2024-09"].empty
        assert feed.requests == []
    assert rates(tmp_path, "none", [JANUARY])[JANUARY].empty
    assert rates(tmp_path, "none", []) == {}
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response(b"", 503), "503"),
        (Response("<html><body>Проверка</body></html>".encode()), "<html> instead of rates"),
        (Response(b"busy"), "no XML"),
        (Response(b'<ValCurs Date="31.02.2024"></ValCurs>'), "the day '31.02.2024'"),
        (
            Response(b'<ValCurs Date="10.01.2024"><Valute ID="R"><CharCode>USD</CharCode></Valute></ValCurs>'),
            "value None",
        ),
        (Response(b"<ValCurs>" + b" " * 5_000_000 + b"</ValCurs>"), "over 5000000 bytes"),
    ],
)
def test_without_a_sound_answer_the_bundled_figures_and_the_operators_stand(
    tmp_path: Path, operators_file: Path, caplog: pytest.LogCaptureFixture, answer: Response, said: str
) -> None:
    with CbrEmulator(QUOTES) as feed:
        feed.faults.append(Fault("answer", times=-1, response=answer))
        found = rates(tmp_path, feed.url, [JANUARY, "2021-10"])

    assert set(found[JANUARY]["origin"]) == {"operator_file"}
    assert days(found["2021-10"], "USD")["2021-10-01"] == 72.6642
    assert said in caplog.text


def test_the_operators_file_counts_before_the_feed_and_the_feed_before_the_bundled_figures(
    tmp_path: Path, operators_file: Path
) -> None:
    quotes = {"USD": {"2021-10-01": ("70,0000", "1"), **QUOTES["USD"]}}
    with CbrEmulator(quotes) as feed:
        found = rates(tmp_path, feed.url, [JANUARY, "2021-10"])

    assert days(found[JANUARY], "USD")["2024-01-10"] == 95.5
    assert days(found[JANUARY], "USD")["2024-01-31"] == 89.2887
    assert days(found[JANUARY], "GEL") == {"2024-01-20": 33.0}
    of_october = found["2021-10"].set_index(["effective_on", "currency"])["origin"]
    assert of_october["2021-10-01", "USD"] == "cbr_daily"
    assert of_october["2021-10-01", "EUR"] == "monthly_file"


def test_a_rate_of_the_operator_that_still_holds_is_in_the_next_month_too(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("date,USD\n2024-1-5,90\n", encoding="utf-8")

    found = rates(tmp_path, "none", ["2024-02"])["2024-02"]

    assert days(found, "USD") == {"2024-01-05": 90.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,USD\n2024-01-10,90\n", "no column `date`"),
        ("date,USD\n2024-01-10,90\n10.01.2024,90\n", "row 2 has date 10.01.2024;"),
        ("date,USD\n20240110,90\n", "row 1 has date 20240110;"),
        ("date,USD\n2024-01-10,90\n2024-1-10,91\n", "row 2 repeats 2024-01-10;"),
        ("date,usd\n2024-01-10,90\n", "column `usd` is no ISO currency"),
        ("date,USD\n2024-01-10,90\n2024-01-11,\"90,5\"\n", "row 2, USD is 90,5;"),
        ("date,USD,EUR\n2024-01-10,90,0\n", "row 1, EUR is 0;"),
        ("date,USD\n2024-01-10,-90\n", "row 1, USD is -90;"),
        ("date,USD\n2024-01-10,inf\n", "row 1, USD is inf;"),
        ("", "cannot be read"),
    ],
)  # fmt: skip
def test_a_file_of_rates_that_is_none_says_where_and_what_is_expected(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "rates.csv").write_text(text, encoding="utf-8")

    with pytest.raises(BadRatesFile, match=r"rates\.csv") as refused:
        rates(tmp_path, "none", [JANUARY])

    assert said in str(refused.value)
