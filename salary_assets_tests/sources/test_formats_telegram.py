"""One post gives one posting, whichever way it came."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.sources.base import BadRecord, Feed
from salary_assets.sources.files import ArchiveFile
from salary_assets.sources.formats import telegram
from salary_assets.sources.formats.telegram_text import from_markdown
from salary_assets_tests.sources.making import post, write_lines

FEED = Feed("tg_fordev", "For developers", "telegram", "2024-01", options={"channel": "fordev"})

TEXT = "Ищем Go-разработчика\n\nStack: List<String>, C++ & Kafka\nПодробнее тут, #вакансия"
MARKDOWN = (
    "**Ищем __Go__-разработчика**\n\nStack: `List<String>`, C++ & Kafka\n"
    "[Подробнее](https://x.example/a_(b)) тут, #вакансия"
)


def received(path):
    file = ArchiveFile.of(path)
    shape = next(shape for shape in telegram.FORMAT.shapes if shape.fits(file, FEED))
    return list(shape.read(file, lambda name: FEED))


def postings(path):
    return [telegram.parse(FEED, raw) for raw in received(path)]


def desktop_json(tmp_path, *messages, **chat):
    document = {"name": "For developers", "type": "public_channel", "id": 77, "messages": list(messages)} | chat
    path = tmp_path / "result.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def message(native_id=1, **changes):
    entities = [
        {"type": "bold", "text": "Ищем "},
        {"type": "italic", "text": "Go"},
        {"type": "bold", "text": "-разработчика"},
        {"type": "plain", "text": "\n\nStack: "},
        {"type": "code", "text": "List<String>"},
        {"type": "plain", "text": ", C++ & Kafka\n"},
        {"type": "text_link", "text": "Подробнее", "href": "https://x.example/a_(b)"},
        {"type": "plain", "text": " тут, "},
        {"type": "hashtag", "text": "#вакансия"},
    ]
    sent = {"id": native_id, "type": "message", "date": "2024-11-02T13:00:00", "date_unixtime": "1730541600"}
    return sent | {"text": entities[:2], "text_entities": entities} | changes


HTML = """<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body><div class="page_wrap">
<div class="page_header"><div class="content"><div class="text bold">For developers</div></div></div>
<div class="page_body chat_page"><div class="history">
 <div class="message service" id="message-1"><div class="body details">2 November 2024</div></div>
 <div class="message default clearfix" id="message1"><div class="body">
  <div class="pull_right date details" title="02.11.2024 13:00:00 UTC+03:00">13:00</div>
  <div class="from_name">For developers</div>
  <div class="text">
<strong>Ищем <em>Go</em>-разработчика</strong><br><br>Stack:
<code>List&lt;String&gt;</code>, C++ &amp; Kafka<br><a href="https://x.example/a_(b)">Подробнее</a>
тут, <a href="">#вакансия</a>
  </div></div></div>
 <div class="message default clearfix joined" id="message2"><div class="body">
  <div class="pull_right date details" title="02.11.2024 13:05:00 UTC+03:00">13:05</div>
  <div class="text">Второй</div></div></div>
</div></div></div></body></html>"""


def test_dump_and_both_exports_give_the_same_posting(tmp_path):
    dump = postings(write_lines(tmp_path / "dump.jsonl", post(1, MARKDOWN)))[0]
    exported = postings(desktop_json(tmp_path, message()))[0]
    (tmp_path / "messages.html").write_text(HTML, encoding="utf-8")
    page, joined = postings(tmp_path / "messages.html")
    assert dump.text == exported.text == page.text == TEXT
    assert dump.content_hash == exported.content_hash == page.content_hash
    assert dump.published_at == exported.published_at == page.published_at
    assert dump.url == "https://t.me/fordev/1" == exported.url == page.url
    assert (joined.native_id, joined.text) == ("2", "Второй")


def test_control_characters_of_a_desktop_export_are_read(tmp_path):
    path = desktop_json(tmp_path, message(text_entities=[{"type": "plain", "text": "одинЗНАКдва \\x41"}]))
    path.write_text(path.read_text(encoding="utf-8").replace("ЗНАК", "\\x0b"), encoding="utf-8")
    assert postings(path)[0].text == "одиндва \\x41"


def test_a_broken_message_is_reported_and_the_rest_goes_on(tmp_path):
    path = desktop_json(tmp_path, message(1), message(2), message(3))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"id": 2,', '"id": 2 2,'), encoding="utf-8")
    good, bad, last = received(path)
    assert (good.native_id, last.native_id) == ("1", "3")
    assert isinstance(bad, BadRecord)
    assert "not JSON" in bad.reason


@pytest.mark.parametrize(
    "spoilt",
    [
        '"id": 2, "x": ' + "[" * 100_000 + ",",
        '"id": 2, "x": ' + "7" * 5_000 + ",",
        '"id": 2, "date_unixtime": "99999999999999", "y": 1,',
        '"id": 2, "date_unixtime": "²", "y": 1,',
    ],
    ids=["depth", "digits", "year", "numeral"],
)
def test_a_hostile_message_is_reported_and_the_rest_goes_on(tmp_path, spoilt):
    path = desktop_json(tmp_path, message(1), message(2, date_unixtime=None, date=None), message(3))
    text = path.read_text(encoding="utf-8").replace('"date_unixtime": null,', "").replace('"id": 2,', spoilt)
    path.write_text(text, encoding="utf-8")
    good, bad, last = received(path)
    assert (good.native_id, last.native_id) == ("1", "3")
    assert isinstance(bad, BadRecord)
    assert bad.reason


def test_of_a_whole_account_the_feeds_chat_is_read(tmp_path):
    chats = [
        {"name": name, "type": "public_channel", "id": at, "messages": [message(at)]} for at, name in enumerate("ab", 5)
    ]
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"about": "x", "chats": {"about": "y", "list": chats}}), encoding="utf-8")
    file = ArchiveFile.of(path)
    feed = Feed("tg_fordev", "b", "telegram", "2024-01", options={"channel": "fordev"})
    assert [raw.native_id for raw in telegram.FORMAT.shapes[1].read(file, lambda name: feed)] == ["6"]


def test_service_messages_are_no_ads_and_pictures_are_posts_without_words(tmp_path):
    service = {"id": 1, "type": "service", "date": "2024-11-02T13:00:00", "text": ""}
    path = desktop_json(tmp_path, service, message(2, text="", text_entities=[], photo="a.jpg"))
    assert [(one.native_id, one.text) for one in postings(path)] == [("2", "")]


def test_names_with_underscores_and_multiplication_survive():
    assert from_markdown("snake__case, @some_name, 2*3") == "snake__case, @some_name, 2*3"


@given(st.text(alphabet="аб cd\n.,<>&#", max_size=40))
def test_words_come_out_of_any_markdown_around_them(words):
    plain = from_markdown(words)
    assert from_markdown(f"**{words}**") == plain
    assert from_markdown(f"__{words}__") == plain
    assert from_markdown(f"[{words}](https://t.example/x)") == plain
