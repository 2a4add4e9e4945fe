"""Plain text, languages and content hashes: what a posting's words become."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salary_assets.postings import MAX_TEXT, clean, content_hash, language_of, one_line, plain_text, tidy_text


def test_blocks_become_lines_and_list_items_get_a_dash():
    markup = "<p>Что делать:</p> <ul><li>писать <b>код</b></li><li>читать &lt;код&gt;</li></ul><script>x()</script>Ждём"
    assert plain_text(markup) == "Что делать:\n- писать код\n- читать <код>\nЖдём"


def test_every_line_break_tag_counts_but_edges_of_blocks_do_not_add_up():
    assert plain_text("<div><p>раз<br><br>два</p></div><div>три</div>") == "раз\n\nдва\nтри"


def test_text_without_markup_keeps_its_lines_and_signs():
    assert plain_text("C++ > C, a<b \r\n\r\n\r\n 2 &lt; 3") == "C++ > C, a<b\n\n2 < 3"


def test_text_that_is_not_markup_keeps_angle_brackets_and_entities():
    assert tidy_text("List<String> &amp; <b>\n\n\n\nдальше") == "List<String> &amp; <b>\n\nдальше"


def test_invisible_characters_and_halves_of_characters_are_gone():
    assert clean("a\u00adб\u200bв\x00г\ud800") == "aбвг\ufffd"
    assert plain_text("и\u0306") == "й"


def test_a_deeply_nested_ad_is_read():
    assert plain_text("<div>" * 20_000 + "глубоко") in ("глубоко", "")


def test_an_enormous_description_is_cut_and_says_so():
    text = plain_text("<p>" + "слово " * 200_000 + "</p>")
    assert len(text) < MAX_TEXT + 100
    assert text.endswith("[cut: 1200007 characters as received]")


def test_a_title_is_one_line():
    assert one_line("  Java&nbsp;разработчик\n(Middle)\u00a0 ") == "Java разработчик (Middle)"


@given(st.text())
def test_plain_text_is_clean_and_stays_as_it_is_when_it_holds_no_markup(text):
    once = plain_text(text)
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    assert once == once.strip()
    once.encode("utf-8")
    if not set("<&") & set(once):
        assert plain_text(once) == once


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ищем Python разработчика (FastAPI, PostgreSQL, Kafka) в команду", "ru"),
        ("We are looking for a Python developer to join our team", "en"),
        ("DevOps Engineer", "en"),
        (
            "Wir suchen einen erfahrenen Entwickler mit guten Deutschkenntnissen, der gern selbstständig arbeitet",
            "other",
        ),
        ("Шукаємо розробника Python, який має досвід і бажання вчитися", "other"),
        ("1 000 000", "other"),
        ("", "other"),
    ],
)
def test_language(text, language):
    assert language_of(text) == language


def test_equal_ads_have_equal_hashes_whatever_their_blanks_and_case():
    assert content_hash(["Java  разработчик", None, 5]) == content_hash(["java разработчик", "", 5])
    assert content_hash(["a", "b"]) != content_hash(["ab", ""])
