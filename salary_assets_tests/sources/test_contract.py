"""Every registered format keeps to the contract, by every way in which its ads come."""

import csv
import json
from datetime import timedelta

from salary_assets.sources.formats import KNOWN
from salary_assets_tests.emulators.boards import GetmatchEmulator, HabrCareerEmulator, TrudvsemEmulator
from salary_assets_tests.emulators.hh import HhEmulator, whole
from salary_assets_tests.emulators.server import Response
from salary_assets_tests.emulators.table import environment
from salary_assets_tests.emulators.telegram import PreviewEmulator, Refusal, TelegramEmulator
from salary_assets_tests.sources.contract import (
    Case,
    FormatContract,
    Way,
    answering,
    file_of,
    pytest_generate_tests,
)
from salary_assets_tests.sources.making import getmatch_offer, habr_entry, hh_item, post, trudvsem_vacancy

__all__ = ["pytest_generate_tests"]
NEW_JSON = answering(Response.json({"hello": "world"}))
NEW_PAGE = answering(Response.html("<html><body><main>Новый сайт</main></body></html>"))


def site(name, emulator, upset):
    return Way(name, site=emulator, env=lambda server: environment(name, server), upset=upset)


def hh(number, words, at):
    return whole(hh_item(number, name=words, description=f"<p>{words}</p>", published_at=f"{at:%Y-%m-%dT%H:%M:%S%z}"))


def trudvsem(number, words, at):
    day = f"{at:%Y-%m-%d}"
    return trudvsem_vacancy(f"a-{number}", **{"job-name": f"Программист. {words}", "creation-date": day}) | {
        "date_modify": day
    }


def habr_career(number, words, at):
    return habr_entry(number, title=words, publishedDate={"date": at.isoformat()})


def getmatch(number, words, at):
    return getmatch_offer(number, position=words, published_at=f"{at + timedelta(hours=3):%Y-%m-%dT%H:%M:%S}")


def telegram(number, words, at):
    return post(number, f"**Ищем**\n{words} 🚀, [тут](https://x.example/a)", date=at.isoformat())


def table(number, words, at):
    return {"id": number, "day": at.isoformat(), "vacancy": words, "pay": "100000"}


def desktop(records):
    """The posts as Telegram Desktop exports them: words and what hangs on them, apart."""
    for one in records:
        head, tail = one["text"].replace("**", "").split("[тут]")
        entities = [
            {"type": "plain", "text": head},
            {"type": "text_link", "text": "тут", "href": tail.strip("()")},
        ]
        yield {key: one[key] for key in one.keys() - {"channel", "media_type", "text"}} | {
            "type": "message",
            "text_entities": entities,
        }


def desktop_json(folder, records):
    messages = list(desktop(records))
    path = folder / "result.json"
    chat = {"name": "fordev", "type": "public_channel", "id": 7, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def desktop_html(folder, records):
    blocks = []
    for one in desktop(records):
        words, link = one["text_entities"]
        text = words["text"].replace("\n", "<br>")
        day, time = one["date"][:10].split("-")[::-1], one["date"][11:19]
        blocks.append(
            f'<div class="message default" id="message{one["id"]}"><div class="body">'
            f'<div class="pull_right date details" title="{".".join(day)} {time} UTC+00:00">x</div>'
            f'<div class="text">{text}<a href="{link["href"]}">тут</a></div></div></div>'
        )
    path = folder / "messages.html"
    head = '<div class="page_header"></div><div class="history">'
    path.write_text(f"<!DOCTYPE html><html><body>{head}{''.join(blocks)}</div></body></html>", encoding="utf-8")
    return path


def csv_table(folder, records):
    path = folder / "board.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        names = list(dict.fromkeys(name for record in records for name in record))
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(records)
    return path


BOARD = {
    "title": "Board",
    "format": "table",
    "since": "2024-01",
    "table": {"id": "id", "published": "day", "fields": {"title": "vacancy", "pay_from": "pay"}},
}


class TestHh(FormatContract):
    case = Case("hh", hh, (file_of("hh-lines"), site("hh", HhEmulator, NEW_JSON)))


class TestTrudvsem(FormatContract):
    case = Case("trudvsem", trudvsem, (file_of("trudvsem-lines"), site("trudvsem", TrudvsemEmulator, NEW_JSON)))


class TestHabrCareer(FormatContract):
    case = Case("habr_career", habr_career, (file_of("habr-lines"), site("habr_career", HabrCareerEmulator, NEW_PAGE)))


class TestGetmatch(FormatContract):
    case = Case("getmatch", getmatch, (file_of("getmatch-lines"), site("getmatch", GetmatchEmulator, NEW_JSON)))


class TestTable(FormatContract):
    case = Case("board", table, (Way("csv", write=csv_table),), BOARD)


class TestTelegram(FormatContract):
    case = Case(
        "tg_fordev",
        telegram,
        (
            file_of("telethon-dump"),
            Way("desktop-json", write=desktop_json),
            Way("desktop-html", write=desktop_html, extends=False),
            Way(
                "telegram",
                site=TelegramEmulator,
                env=lambda server: environment("telegram", server),
                stumble=lambda server: server.refusals.append(Refusal(420, "FLOOD_WAIT_1")),
                refuse=lambda server: server.refusals.append(Refusal(400, "CHANNEL_PRIVATE")),
                spoils=False,
                extends=False,
            ),
            Way(
                "telegram_preview",
                site=PreviewEmulator,
                env=lambda server: environment("telegram_preview", server),
                upset=NEW_PAGE,
                spoils=False,
                extends=False,
            ),
        ),
    )


def test_no_format_is_left_out():
    contracts = [one for one in globals().values() if isinstance(one, type) and issubclass(one, FormatContract)]
    slugs = {one.case.slug for one in contracts if one is not FormatContract}
    assert slugs == {"hh", "trudvsem", "habr_career", "getmatch", "board", "tg_fordev"}
    assert len(slugs) == len(KNOWN)
