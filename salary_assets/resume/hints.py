"""What the labelling rules know, asked of a resume: professions, grades, skills, places, formats, pay.

Their offsets count in a text of their own; here every one is brought back to the resume's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salary_assets.labelling.grades import grade_hits
from salary_assets.labelling.mentions import skill_lexicon
from salary_assets.labelling.places import Place, place_hits
from salary_assets.labelling.professions import NAMES_A_JOB
from salary_assets.labelling.reading import read
from salary_assets.labelling.terms import find_formats
from salary_assets.labelling.titles import title_of
from salary_assets.money.pay import PayStatement, parse_pay
from salary_assets.money.pay_text import flatten
from salary_assets.resume.lines import Quote, TextLine
from salary_assets.storage.vocabulary import GRADES

FORMAT_FIELD = "Формат работы: "


def profession_of(title: str) -> tuple[str | None, float]:
    """Profession of hh.ru's catalogue that a title names, and how surely, 0 to 1."""
    found = title_of(read(title))
    return found.position, found.weight / 100


def names_a_job(title: str) -> bool:
    """Whether the words alone name a job, of IT or of another trade."""
    return profession_of(title)[1] >= NAMES_A_JOB / 100


def grades_in(line: TextLine) -> list[tuple[str, Quote]]:
    """Grades that a title names, lowest first, with the words."""
    flat = flatten(line.text)
    found = [(hit.meaning.grade, _quote(line, *flat.span(hit.start, hit.end))) for hit in grade_hits(flat.text)]
    return sorted(found, key=lambda one: GRADES.index(one[0]))


def skills_in(text: str, listed: Sequence[tuple[int, int]]) -> list[tuple[str, Quote]]:
    """Every mention of a skill of the lexicon. `listed`: spans of skill lists, where words that are otherwise
    ordinary (`go`, `c`) count as skills, too."""
    reading = read(text)
    mentions = []
    for hit in skill_lexicon().find(reading.text, reading.cased):
        start, end = reading.flat.span(hit.start, hit.end)
        if not hit.marked or any(first <= start < last for first, last in listed):
            mentions.append((hit.meaning, Quote(text[start:end], start, end)))
    return mentions


def place_in(lines: Iterable[TextLine]) -> tuple[Place, Quote] | None:
    """The first city that the lines name, else the first region or country."""
    found: list[tuple[Place, Quote]] = []
    for line in lines:
        flat = flatten(line.text)
        found += [
            (hit.meaning, _quote(line, *flat.span(hit.start, hit.end))) for hit in place_hits(flat.text, expected=True)
        ]
    cities = [one for one in found if one[0].city]
    return next(iter(cities or found), None)


def formats_in(lines: Sequence[TextLine]) -> list[tuple[str, Quote]]:
    """Work formats that the lines name, each once. The lines are read as a field about formats: short words count."""
    first: dict[str, Quote] = {}
    for line in lines:
        reading = read(FORMAT_FIELD + line.text)
        for mention in find_formats(reading):
            start, end = reading.flat.span(mention.start, mention.end)
            if start >= len(FORMAT_FIELD):
                first.setdefault(mention.value, _quote(line, start - len(FORMAT_FIELD), end - len(FORMAT_FIELD)))
    return list(first.items())


def pay_in(lines: Iterable[TextLine]) -> tuple[PayStatement, Quote] | None:
    """The first pay that a line states, with the line."""
    for line in lines:
        statement = parse_pay(line.text).first
        if statement is not None:
            return statement, _quote(line, 0, len(line.text))
    return None


def _quote(line: TextLine, start: int, end: int) -> Quote:
    return Quote(line.text[start:end], line.start + start, line.start + end)
