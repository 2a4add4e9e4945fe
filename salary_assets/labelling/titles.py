"""Job titles: where a post names the job, and which profession of the catalogue that is.

Several professions may meet in one title ("QA engineer (Python)"); the lexicon's weights say which one rules.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.lexicon import Hit, Lexicon, phrases_of, read_table, wording
from salary_assets.labelling.reading import Reading, trimmed
from salary_assets.storage.schemas.vocabulary import NOT_IT

_DEVELOPER = "Программист, разработчик"
_DEVELOPMENT_LEAD = "Руководитель группы разработки"
_ANALYTICS_LEAD = "Руководитель отдела аналитики"
_LED_BY = dict.fromkeys(
    (
        "Системный аналитик",
        "Бизнес-аналитик",
        "Аналитик",
        "BI-аналитик, аналитик данных",
        "Продуктовый аналитик",
    ),
    _ANALYTICS_LEAD,
) | {_DEVELOPER: _DEVELOPMENT_LEAD}

NAMES_A_JOB = 70
"""Weight from which words are a job title by themselves; lighter ones ("python", "тестирование") only hint."""
_LONGEST_TITLE = 110
_FIRST_LINES = 12
_TITLE_GOES_ON = re.compile(r"[ /+&-]{0,3}[\w.+#/-]+(?: ?\([^)\n]{1,40}\))?")


class Title(NamedTuple):
    """A job title: half-open span in the plain text it was found in, its words as written, and its profession.

    weight: how surely the words name the profession, 0 to 100; 0 where they name none.
    """

    start: int
    end: int
    words: str
    position: str | None
    weight: int


class _Role(NamedTuple):
    position: str
    weight: int


def profession_of(words: str, start: int = 0, end: int | None = None) -> tuple[str | None, int]:
    """Profession that plain lower-case words name, and the weight of the words; (None, 0) when they name none."""
    return _decide(_roles().find_all(words[start:end]), words[start:end])


def find_title(reading: Reading) -> Title | None:
    """The job that a post without a stated title is about, or None."""
    return (
        _from_fields(reading)
        or _from_first_lines(reading)
        or _from_search(reading)
        or _from_text(reading)
        or _from_hashtags(reading)
    )


def title_of(reading: Reading) -> Title:
    """The title of an ad that states it: the whole reading is the title."""
    position, weight = profession_of(reading.text)
    return Title(0, len(reading.text), reading.original, position, weight)


def _decide(hits: list[Hit[_Role]], words: str) -> tuple[str | None, int]:
    if not hits:
        return None, 0
    best = max(hits, key=lambda hit: (hit.meaning.weight, -hit.start, hit.end - hit.start))
    position, weight = best.meaning
    if position != NOT_IT and weight < 94 and _leaders().find(words):
        position = _LED_BY.get(position, position)
        weight = max(weight, 80)
    return position, weight


def _title(reading: Reading, start: int, end: int) -> Title | None:
    start, end = trimmed(reading.text, start, end)
    if start >= end:
        return None
    position, weight = profession_of(reading.text, start, end)
    return Title(start, end, reading.quote(start, end), position, weight)


def _from_fields(reading: Reading) -> Title | None:
    titles = [
        title
        for field in reading.of("title")
        if (title := _title(reading, field.start, min(field.end, field.start + _LONGEST_TITLE))) and title.weight
    ]
    named = [title for title in titles if title.weight >= NAMES_A_JOB]
    return next(iter(named or titles), None)


def _from_first_lines(reading: Reading) -> Title | None:
    taken = {field.start for name, fields in reading.fields.items() if name != "title" for field in fields}
    prose = wording("titles", "prose")
    offset = 0
    seen = 0
    for line in reading.text.split("\n"):
        start, end = trimmed(reading.text, offset, offset + len(line))
        offset += len(line) + 1
        if start >= end:
            continue
        seen += 1
        if seen > _FIRST_LINES:
            return None
        short = end - start <= _LONGEST_TITLE and line.count("#") < 2
        if not short or prose.search(line) or any(start <= place < end for place in taken):
            continue
        title = _title(reading, start, end)
        if title and title.weight >= NAMES_A_JOB and title.position != NOT_IT:
            return title
    return None


def _from_search(reading: Reading) -> Title | None:
    """After "ищем", "looking for": the first job named within the next words."""
    for found in wording("titles", "wanted").finditer(reading.text):
        window = reading.text[found.end() : found.end() + 90]
        cut = window.find("\n\n")
        hits = _jobs(window if cut < 0 else window[:cut])
        if hits:
            return _phrase(reading, found.end() + hits[0].start, found.end() + hits[0].end)
    return None


def _from_text(reading: Reading) -> Title | None:
    hits = _jobs(reading.text)
    return _phrase(reading, hits[0].start, hits[0].end) if hits else None


def _from_hashtags(reading: Reading) -> Title | None:
    best: Title | None = None
    for hashtag in reading.hashtags:
        position, weight = profession_of(hashtag.word)
        if position and position != NOT_IT and (best is None or weight > best.weight):
            best = Title(hashtag.start, hashtag.end, "", position, weight)
    return best


def _jobs(text: str) -> list[Hit[_Role]]:
    return [
        hit for hit in _roles().find_all(text) if hit.meaning.weight >= NAMES_A_JOB and hit.meaning.position != NOT_IT
    ]


def _phrase(reading: Reading, start: int, end: int) -> Title | None:
    """The words of a job inside a sentence, with the grade before and the technology after them."""
    text = reading.text
    line_start = text.rfind("\n", 0, start) + 1
    before = [hit for hit in grade_hits(text[line_start:start]) if start - line_start - hit.end <= 30]
    if before:
        start = line_start + before[0].start
    going_on = _TITLE_GOES_ON.match(text, end)
    if going_on and not wording("titles", "goes_on_no_further").search(going_on.group()):
        end = going_on.end()
    return _title(reading, start, end)


@functools.cache
def _roles() -> Lexicon[_Role]:
    return Lexicon(
        [
            (phrase, _Role(row["position"], int(row["weight"])))
            for row in read_table("titles.csv")
            for phrase in phrases_of(row["aliases"])
        ]
    )


@functools.cache
def _leaders() -> Lexicon[str]:
    return Lexicon([(phrase, "leader") for row in read_table("leaders.csv") for phrase in phrases_of(row["aliases"])])
