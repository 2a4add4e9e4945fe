"""Where a post names the job it is about: a labelled line, a line of its own, the words after "ищем", hashtags.

A bullet of duties names other people's jobs ("постановка задач разработчикам"); they stand in oblique cases there,
while a title stands in the nominative.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.lexicon import Hit, wording
from salary_assets.labelling.professions import NAMES_A_FIELD, NAMES_A_JOB, Role, profession_of, role_hits
from salary_assets.labelling.reading import Reading, trimmed
from salary_assets.storage.vocabulary import NOT_IT

_LONGEST_TITLE = 110
_FIRST_LINES = 12
_OPENS_WITHIN = 12
"""A long first line is about the job that it opens with, after a grade or a mark."""
_REACH = 90
"""Characters after "ищем" in which the job is named."""
_STARTS_WITHIN = 45
_PLAIN_JOB = 76
"""Weight from which words in running text name a job; a lead is mostly somebody to report to."""
_GRADE_REACH = 30
_TECHNOLOGIES_BEFORE = re.compile(r"(?:(?:[a-z.][a-z0-9.+#]*|1с)[ /&-]{1,3}){1,4}$")
_TITLE_GOES_ON = re.compile(r"[ /+&-]{0,3}[\w.+#/-]+(?: ?\([^)\n]{1,40}\))?")
_LEADING_HASHTAGS = re.compile(r"\W*(?:#\s?[\w+#.-]+[^\w\n#]*)+")


class Title(NamedTuple):
    """A job title: half-open span in the plain text it was found in, its words as written, and its profession.

    weight: how surely the words name the profession, 0 to 100; 0 where they name none.
    in_passing: the text only mentions it somewhere.
    """

    start: int
    end: int
    words: str
    position: str | None
    weight: int
    in_passing: bool = False


def find_title(reading: Reading) -> Title | None:
    """The job that a post without a stated title is about, or None."""
    if title := _from_fields(reading):
        return title
    named = [title for title in (_from_first_lines(reading), _from_search(reading)) if title]
    if named:
        return min(named, key=lambda title: title.start)
    tagged = _from_hashtags(reading)
    if tagged and tagged.weight >= NAMES_A_JOB:
        return tagged
    if title := _from_text(reading, nominative=True) or tagged:
        return title
    mentioned = _from_text(reading) or _from_field_of_work(reading)
    return mentioned._replace(in_passing=True) if mentioned else None


def title_of(reading: Reading) -> Title:
    """The title of an ad that states it: the whole reading is the title."""
    position, weight = profession_of(reading.text)
    return Title(0, len(reading.text), reading.original, position, weight)


def _title(reading: Reading, start: int, end: int) -> Title | None:
    start, end = trimmed(reading.text, start, end)
    if start >= end:
        return None
    position, weight = profession_of(reading.text[start:end])
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
    """The first line that is a title and nothing else."""
    taken = {field.start for name, fields in reading.fields.items() if name != "title" for field in fields}
    prose = wording("titles", "prose")
    offset = seen = 0
    for line in reading.text.split("\n"):
        start, end = offset, offset + len(line)
        offset = end + 1
        if tags := _LEADING_HASHTAGS.match(line):
            start += tags.end()
        start, end = trimmed(reading.text, start, end)
        if start >= end:
            continue
        seen += 1
        if seen > _FIRST_LINES:
            return None
        hits = [
            hit
            for hit in _jobs(reading.text[start : min(end, start + _LONGEST_TITLE)])
            if not _oblique(reading.text, start, hit)
        ]
        if not hits or any(start <= place < end for place in taken):
            continue
        if end - start > _LONGEST_TITLE:
            if seen == 1 and hits[0].start <= _OPENS_WITHIN:
                return _phrase(reading, start + hits[0].start, start + hits[0].end)
            continue
        if hits[0].start > _STARTS_WITHIN or line.rstrip().endswith(";") or prose.search(reading.text, start, end):
            continue
        if title := _title(reading, start, end):
            return title
    return None


def _from_search(reading: Reading) -> Title | None:
    """After "ищем", "looking for": the first job named within the next words, one of IT before others."""
    for found in wording("titles", "wanted").finditer(reading.text):
        start = found.end()
        window = reading.text[start : start + _REACH].split("\n\n")[0]
        hits = [hit for hit in _jobs(window) if not _in_hashtag(reading, start + hit.start)]
        hits = [hit for hit in hits if hit.meaning.position != NOT_IT] or hits
        if hits:
            return _phrase(reading, start + hits[0].start, start + hits[0].end)
    return None


def _from_text(reading: Reading, nominative: bool = False) -> Title | None:
    """The first job of IT that the text names at all."""
    for hit in _jobs(reading.text):
        if hit.meaning.position == NOT_IT or hit.meaning.weight < _PLAIN_JOB or _in_hashtag(reading, hit.start):
            continue
        if not (nominative and _oblique(reading.text, 0, hit)):
            return _phrase(reading, hit.start, hit.end)
    return None


def _from_hashtags(reading: Reading) -> Title | None:
    best: Title | None = None
    for hashtag in reading.hashtags:
        position, weight = profession_of(hashtag.word)
        if position and position != NOT_IT and (best is None or weight > best.weight):
            best = Title(hashtag.start, hashtag.end, "", position, weight)
    return best


def _from_field_of_work(reading: Reading) -> Title | None:
    """The profession that the first field of work hints at: "занимаюсь разработкой сайтов"."""
    hits = [hit for hit in role_hits(reading.text, NAMES_A_FIELD) if hit.meaning.position != NOT_IT]
    if not hits:
        return None
    return Title(hits[0].start, hits[0].end, "", hits[0].meaning.position, hits[0].meaning.weight)


def _jobs(text: str) -> list[Hit[Role]]:
    return role_hits(text, NAMES_A_JOB)


def _oblique(text: str, offset: int, hit: Hit[Role]) -> bool:
    """Whether the job is named in an oblique case: somebody to work with, not somebody looked for."""
    return wording("titles", "oblique").search(text, offset + hit.start, offset + hit.end) is not None


def _in_hashtag(reading: Reading, place: int) -> bool:
    return any(hashtag.start <= place < hashtag.end for hashtag in reading.hashtags)


def _phrase(reading: Reading, start: int, end: int) -> Title | None:
    """The words of a job inside a sentence, with grade and technology before and technology after them."""
    text = reading.text
    line_start = text.rfind("\n", 0, start) + 1
    if before := _TECHNOLOGIES_BEFORE.search(text, line_start, start):
        start = before.start()
    grades = [hit for hit in grade_hits(text[line_start:start]) if start - line_start - hit.end <= _GRADE_REACH]
    if grades:
        start = line_start + grades[0].start
    going_on = _TITLE_GOES_ON.match(text, end)
    if going_on and not wording("titles", "goes_on_no_further").search(going_on.group()):
        end = going_on.end()
    return _title(reading, start, end)
