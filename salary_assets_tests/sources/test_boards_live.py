"""trudvsem.ru, getmatch and Habr Career over HTTP: the same promises as hh.ru."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from salary_assets import sources
from salary_assets.storage import Part
from salary_assets.storage.schemas import Quarantine, RawAds, Sightings
from salary_assets_tests.emulators.boards import GetmatchEmulator, HabrCareerEmulator, TrudvsemEmulator
from salary_assets_tests.emulators.server import Fault, Response
from salary_assets_tests.sources.making import getmatch_offer, habr_entry, trudvsem_vacancy

NOW = datetime(2024, 5, 20, 9, tzinfo=UTC)


@pytest.fixture
def collected(asking, store, home):
    def collect(slug, now=NOW, **env):
        feed = sources.load_registry(home)[slug]
        return sources.collect(asking(**env), store, feed, ["2024-05"], now)["2024-05"]

    return collect


def postings(store, home, slug):
    feed = sources.load_registry(home)[slug]
    found, refused = sources.parse_raw(feed, store.read(RawAds, Part("2024-05", slug)))
    assert len(refused) == 0
    return found.set_index("native_id")


def test_a_vacancy_of_trudvsem_becomes_a_posting_without_its_contacts(collected, store, home):
    with TrudvsemEmulator([trudvsem_vacancy()]) as site:
        assert collected("trudvsem", TRUDVSEM_URL=site.url).status == "ok"
    row = postings(store, home, "trudvsem").loc["a-1"]
    assert (row["title"], row["text"]) == ("Программист", "Поддержка 1С 8.3, звонить [phone]\nЗнание SQL")
    assert (row["pay_from"], row["pay_to"], row["currency"], row["tax"]) == (60000, 90000, "RUB", "unknown")
    assert (row["area_name"], row["experience_raw"]) == ("г. Казань, ул. Мира", "3")
    assert "Анна" not in store.read(RawAds)["payload"].iloc[0].decode()


@pytest.mark.parametrize("counts", ["pages", "rows"])
def test_trudvsem_is_read_to_the_end_whatever_its_offset_counts(collected, store, home, counts):
    with TrudvsemEmulator(trudvsem_vacancy(f"a-{at}") for at in range(370)) as site:
        site.counts = counts
        collected("trudvsem", TRUDVSEM_URL=site.url)
        asked = sum(1 for one in site.requests if one.one("text") == "программист")
    assert len(postings(store, home, "trudvsem")) == 370
    assert asked <= 5


def test_zero_pay_of_trudvsem_is_none(collected, store, home):
    with TrudvsemEmulator([trudvsem_vacancy(salary="", salary_min=0, salary_max=0)]) as site:
        collected("trudvsem", TRUDVSEM_URL=site.url)
    row = postings(store, home, "trudvsem").loc["a-1"]
    assert row[["pay_raw", "pay_from", "currency", "period"]].isna().all()


def test_an_offer_of_getmatch_says_whether_its_pay_is_net(collected, store, home):
    with GetmatchEmulator([getmatch_offer(), getmatch_offer(2, salary_hidden=True)]) as site:
        collected("getmatch", GETMATCH_URL=site.url)
    found = postings(store, home, "getmatch")
    row = found.loc["1"]
    assert (row["title"], row["text"], row["grades_raw"]) == ("Go Developer", "Подробно", ["senior"])
    assert (row["pay_from"], row["tax"], row["period"]) == (250000, "net", "month")
    assert (row["area_name"], row["work_formats_raw"], row["version"]) == ("Москва", ["office"], 1)
    assert str(row["published_at"]) == "2024-05-10 09:00:00+00:00"
    assert found.loc["2", ["pay_from", "tax"]].isna().all()


def test_all_pages_of_getmatch_are_read_while_offers_come_and_go(collected, store, home):
    def move(board):
        board.on_page = lambda _board: None
        board.remove("5")
        board.items = {"900": getmatch_offer(900), **board.items}

    with GetmatchEmulator(map(getmatch_offer, range(350))) as site:
        site.on_page = lambda board: setattr(site, "on_page", move)
        collected("getmatch", GETMATCH_URL=site.url)
    assert {str(at) for at in range(350) if at != 5} <= set(postings(store, home, "getmatch").index)


@pytest.mark.parametrize("layout", ["state", "cards", "cards_2026"])
def test_habr_career_is_read_from_embedded_json_or_from_cards(collected, store, home, layout):
    with HabrCareerEmulator(habr_entry(at) for at in range(1, 61)) as site:
        site.layout = layout
        assert collected("habr_career", HABR_CAREER_URL=site.url).status == "ok"
    found = postings(store, home, "habr_career")
    row = found.loc["7"]
    assert len(found) == 60
    assert (row["title"], row["text"], row["employer_name"]) == ("Тестировщик", "Искать ошибки", "Лютик")
    assert row["skills_raw"] == ["Selenium"]
    assert row["pay_raw"] == "от 100 000 ₽"


def test_the_embedded_json_of_habr_career_has_more_than_cards(collected, store, home):
    with HabrCareerEmulator([habr_entry()]) as site:
        collected("habr_career", HABR_CAREER_URL=site.url)
    row = postings(store, home, "habr_career").loc["1"]
    assert (row["pay_from"], row["currency"], row["period"], row["tax"]) == (100000, "RUB", "month", "unknown")
    assert (row["grades_raw"], row["roles_raw"]) == (["Средний (Middle)"], ["Тестирование"])
    assert (row["work_formats_raw"], row["area_name"]) == (["Можно удаленно"], "Казань")


def test_habr_career_is_not_read_further_than_the_month(collected, store, home):
    def dated(at, day):
        return habr_entry(at, publishedDate={"date": f"{day}T12:00:00+03:00"})

    old = [dated(at, "2024-02-10") for at in range(100, 1000)]
    with HabrCareerEmulator([dated(1, "2024-05-10"), *old]) as site:
        collected("habr_career", HABR_CAREER_URL=site.url)
        assert len(site.paths()) < 6
    assert list(postings(store, home, "habr_career").index) == ["1"]


class Clamped(HabrCareerEmulator):
    """Shows its last page for every number beyond."""

    def _list(self, number):
        return super()._list(min(number, -(-len(self.items) // self.per_page)))


@pytest.mark.parametrize("layout", ["state", "cards"])
def test_a_list_that_repeats_its_last_page_ends(collected, store, home, layout):
    with Clamped(habr_entry(at, title=f"Тестировщик {at}") for at in range(60)) as site:
        site.layout = layout
        assert collected("habr_career", HABR_CAREER_URL=site.url).status == "ok"
        assert len([path for path in site.paths() if path == "/vacancies"]) == 4
    assert len(postings(store, home, "habr_career")) == 60


def test_a_new_layout_of_habr_career_is_broken_not_empty(collected):
    with HabrCareerEmulator([habr_entry()]) as site:
        site.layout = "changed"
        outcome = collected("habr_career", HABR_CAREER_URL=site.url)
    assert outcome.status == "broken"
    assert "the layout changed" in outcome.message


def changing(changes):
    """A fault that changes an answer of JSON."""
    return Fault("change", times=-1, change=lambda response: Response.json(changes(json.loads(response.body))))


@pytest.mark.parametrize("total", [None, "много", -1])
def test_trudvsem_that_does_not_say_how_many_it_has_is_broken(collected, total):
    with TrudvsemEmulator(trudvsem_vacancy(f"a-{at}") for at in range(150)) as site:
        site.faults.append(changing(lambda said: said | {"meta": said["meta"] | {"total": total}}))
        outcome = collected("trudvsem", TRUDVSEM_URL=site.url)
    assert outcome.status == "broken"
    assert "without `meta.total`" in outcome.message


@pytest.mark.parametrize("results", [None, {}, [], {"vacancies": None}, {"vacancies": []}])
def test_an_end_of_trudvsem_is_one_however_it_is_written(collected, results):
    with TrudvsemEmulator() as site:
        site.faults.append(changing(lambda said: said | {"results": results}))
        assert collected("trudvsem", TRUDVSEM_URL=site.url).status == "empty"


@pytest.mark.parametrize("results", [[7], {"vacancies": {"a": 1}}, {"vacancies": "x"}, "x"])
def test_results_of_trudvsem_in_another_form_are_broken(collected, results):
    with TrudvsemEmulator([trudvsem_vacancy()]) as site:
        site.faults.append(changing(lambda said: said | {"results": results}))
        assert collected("trudvsem", TRUDVSEM_URL=site.url).status == "broken"


def test_half_a_character_in_an_address_or_an_id_stops_no_other(collected, store, home):
    def escaped(response):
        return Response(json.dumps(json.loads(response.body)).encode("ascii"))

    half = "\ud800"
    vacancies = [trudvsem_vacancy("a-0", vac_url=half), trudvsem_vacancy(f"a-1{half}"), trudvsem_vacancy("a-2")]
    with TrudvsemEmulator(vacancies) as site:
        site.faults.append(Fault("change", times=-1, change=escaped))
        assert collected("trudvsem", TRUDVSEM_URL=site.url).status == "ok"
    assert list(postings(store, home, "trudvsem").index) == ["a-0", "a-2"]
    assert "half a character" in store.read(Quarantine, Part("unknown", "trudvsem"))["reason"].iloc[0]


def test_a_vacancy_of_trudvsem_that_was_only_touched_is_not_another_version(collected, store, home):
    with TrudvsemEmulator([trudvsem_vacancy()]) as site:
        collected("trudvsem", TRUDVSEM_URL=site.url)
        site.put(trudvsem_vacancy(date_modify="2024-05-21"))
        outcome = collected("trudvsem", NOW + timedelta(days=1), TRUDVSEM_URL=site.url)
    assert (outcome.new, outcome.total) == (0, 1)


def test_a_vacancy_that_several_queries_find_is_listed_once(collected, store, home):
    with TrudvsemEmulator([trudvsem_vacancy(**{"job-name": "Программист, тестировщик, аналитик"})]) as site:
        assert collected("trudvsem", TRUDVSEM_URL=site.url).total == 1
    run = sources.read_runs(store, "trudvsem").iloc[-1]
    assert (run["found"] > 1, run["listed"], run["new"]) == (True, 1, 1)


def test_half_a_page_of_cards_is_none(collected, store, home):
    with HabrCareerEmulator(habr_entry(at, title=f"Тестировщик {at * 7919}") for at in range(1, 21)) as site:
        site.layout = "cards"
        site.faults.append(Fault("cut_gzip", times=2, on="/vacancies$"))
        assert collected("habr_career", HABR_CAREER_URL=site.url).status == "ok"
    assert len(postings(store, home, "habr_career")) == 20


def test_a_card_of_another_offer_is_quarantined(collected, store, home):
    with GetmatchEmulator([getmatch_offer(1), getmatch_offer(2, position="Lead")]) as site:
        wrong = Response.json(getmatch_offer(2, position="Lead"))
        site.faults.append(Fault("answer", times=-1, on="/api/offers/1$", response=wrong))
        assert collected("getmatch", GETMATCH_URL=site.url).status == "ok"
    found = postings(store, home, "getmatch")["title"]
    assert found.to_dict() == {"1": "Go Developer", "2": "Lead"}
    refused = store.read(Quarantine, Part("unknown", "getmatch"))
    assert refused["reason"].tolist() == ["asked for offer 1, got 2"]


def test_pages_of_habr_career_that_lead_elsewhere_do_not_mean_that_the_ads_are_gone(collected, store):
    with HabrCareerEmulator([habr_entry(1), habr_entry(2)]) as site:
        away = Response(b"", 302, "text/html", (("Location", "https://guard.example/check"),))
        site.faults.append(Fault("answer", times=-1, on=r"/vacancies/\d", response=away))
        outcome = collected("habr_career", HABR_CAREER_URL=site.url)
        assert outcome.status == "blocked"
        assert "sends us to guard.example" in outcome.message
        site.faults.clear()
        assert collected("habr_career", HABR_CAREER_URL=site.url).status == "ok"
    assert store.read(Sightings, Part("2024-05", "habr_career"))["gone_at"].isna().all()


BOARDS = {
    "trudvsem": (TrudvsemEmulator, trudvsem_vacancy, "TRUDVSEM_URL", {"job-name": "Программист Go"}),
    "getmatch": (GetmatchEmulator, getmatch_offer, "GETMATCH_URL", {"position": "Lead"}),
    "habr_career": (HabrCareerEmulator, habr_entry, "HABR_CAREER_URL", {"title": "Lead"}),
}


@pytest.mark.parametrize("slug", BOARDS)
def test_the_next_night_takes_only_what_is_new_or_changed(collected, store, home, slug):
    emulator, make, variable, change = BOARDS[slug]
    with emulator(map(make, (1, 2, 3))) as site:
        collected(slug, **{variable: site.url})
        site.put(make(1, **change))
        site.put(make(4))
        site.remove("2")
        site.requests.clear()
        collected(slug, NOW + timedelta(days=1), **{variable: site.url})
        fetched = {path.rsplit("/", 1)[1] for path in site.paths("/") if path.rsplit("/", 1)[1].isdigit()}
    run = sources.read_runs(store, slug).iloc[-1]
    assert (run["new"], run["changed"], run["unchanged"], run["gone"]) == (1, 1, 1, 1)
    assert fetched <= {"1", "4"}
    assert store.read(Sightings, Part("2024-05", slug)).set_index("native_id")["gone_reason"].notna().to_dict() == {
        "1": False,
        "2": True,
        "3": False,
        "4": False,
    }
