"""The rules labeller: markup where the source states a value, the words of the ad where it does not.

Deterministic, no network. The title decides the profession before markup does, for ads are often filed under a
neighbouring role; pay is blanked before anything else is read.
"""

from __future__ import annotations

from salary_assets.labelling import stated
from salary_assets.labelling.ad import Ad
from salary_assets.labelling.draft import Draft
from salary_assets.labelling.experience import find_experience
from salary_assets.labelling.grades import find_grades
from salary_assets.labelling.kinds import kind_of
from salary_assets.labelling.locate import find_place
from salary_assets.labelling.mentions import FoundSkill, find_skills
from salary_assets.labelling.professions import NAMES_A_JOB, profession_of
from salary_assets.labelling.reading import Reading, read
from salary_assets.labelling.schema import IN_TITLE, RULES, STATED, Account, Label, Pay, SkillMention
from salary_assets.labelling.terms import find_employment, find_formats
from salary_assets.labelling.titles import Title, find_title, title_of
from salary_assets.money.pay import PayReading, PayStatement
from salary_assets.storage.vocabulary import NOT_IT, OTHER_IT

RULES_VERSION = "6"
"""Bump on any change of what the rules or their data files read: labels are then re-made."""

_SURE = 0.99
_STATED_CONFIDENCE = 0.85
_HINT_CONFIDENCE = 0.5
_IT_SKILLS = 2
"""An ad whose title says nothing is about IT when its text names this many technologies."""


class RulesLabeller:
    """The default labeller: see `Labeller`."""

    name = RULES
    version = RULES_VERSION

    def label(self, ads: list[Ad]) -> list[Label]:
        """A label for each ad, in order. Never raises on an ad's content."""
        return [label_ad(ad) for ad in ads]

    def account(self) -> Account:
        """Rules cost nothing."""
        return {}


def label_text(text: str, title: str | None = None) -> Label:
    """Label one post that has no markup; `title` where its source states one."""
    return label_ad(Ad(text=text, title=title))


def label_ad(ad: Ad) -> Label:
    """Label one ad: stated values first, gaps filled from its words."""
    body = read(ad.text)
    heading = read(ad.title) if ad.title else None
    title = title_of(heading) if heading else find_title(body)
    kind = "vacancy" if heading else kind_of(body, _names_a_job(title))
    draft = Draft(kind, body, heading)
    if kind == "other":
        draft.is_it = (
            bool(title) and body.text.count("ваканси") > 0 and title is not None and title.weight >= NAMES_A_JOB
        )
        return draft.finish(RULES, RULES_VERSION)
    skills = find_skills(body)
    _title(draft, title, heading is not None)
    _position(draft, ad, title, len(skills))
    _grades(draft, ad, title)
    _experience(draft, ad)
    _formats(draft, ad)
    _employment(draft, ad)
    _place(draft, ad, title)
    _pay(draft, ad)
    _skills(draft, ad, skills)
    return draft.finish(RULES, RULES_VERSION)


def _names_a_job(title: Title | None) -> bool:
    return title is not None and title.weight >= NAMES_A_JOB and not title.in_passing


def _title(draft: Draft, title: Title | None, is_stated: bool) -> None:
    if title is None or not title.words:
        return
    draft.values["title"] = title.words
    draft.by["title"] = STATED if is_stated else RULES
    if not is_stated:
        draft.quote("title", title.start, title.end)


def _position(draft: Draft, ad: Ad, title: Title | None, named_skills: int) -> None:
    said = title.position if title else None
    weight = title.weight if title else 0
    markup = stated.stated_position(ad)
    if said and (weight >= NAMES_A_JOB or markup is None or markup == said):
        confidence = _SURE if markup == said else weight / 100
        draft.set_position(said, STATED if markup == said else RULES, confidence)
    elif markup:
        draft.set_position(markup, STATED, _STATED_CONFIDENCE)
    elif (hinted := stated.specialised_position(ad)) and named_skills >= _IT_SKILLS:
        draft.set_position(hinted, STATED, _HINT_CONFIDENCE)
    elif draft.heading is not None:
        position, weight = profession_of(draft.body.text[:600])
        if position and weight >= NAMES_A_JOB and position != NOT_IT and named_skills:
            draft.set_position(position, RULES, _HINT_CONFIDENCE)
        else:
            is_it = named_skills >= _IT_SKILLS
            draft.set_position(OTHER_IT if is_it else NOT_IT, RULES, _HINT_CONFIDENCE)
    elif named_skills >= _IT_SKILLS:
        draft.set_position(OTHER_IT, RULES, _HINT_CONFIDENCE)
    if title and said == draft.values.get("position"):
        if draft.heading is None:
            draft.quote("position", title.start, title.end)
        elif ad.title:
            draft.quote_title("position", ad.title)


def _grades(draft: Draft, ad: Ad, title: Title | None) -> None:
    if named := stated.stated_grades(ad):
        draft.values["grades"] = named
        draft.by["grades"] = STATED
        return
    in_title, in_text = find_grades(draft.body, draft.heading, title)
    if in_title or in_text:
        draft.set_grades(in_title, in_text)


def _experience(draft: Draft, ad: Ad) -> None:
    if (years := stated.stated_experience(ad)) is not None:
        draft.values["experience_min"], draft.values["experience_max"] = years
        draft.by["experience"] = STATED
        return
    if found := find_experience(draft.body):
        draft.values["experience_min"], draft.values["experience_max"] = found.least, found.most
        draft.by["experience"] = RULES
        draft.quote("experience", found.start, found.end)


def _formats(draft: Draft, ad: Ad) -> None:
    if named := stated.stated_formats(ad):
        draft.values["work_formats"] = named
        draft.by["work_formats"] = STATED
        return
    for reading, quote in ((draft.heading, draft.quote_heading), (draft.body, draft.quote)):
        mentions = find_formats(reading) if reading else []
        if mentions:
            draft.values["work_formats"] = [mention.value for mention in mentions]
            draft.by["work_formats"] = RULES
            for mention in mentions:
                quote("work_formats", mention.start, mention.end)
            return


def _employment(draft: Draft, ad: Ad) -> None:
    if named := stated.stated_employment_of(ad):
        draft.values["employment"] = named
        draft.by["employment"] = STATED
    elif mention := find_employment(draft.body):
        draft.values["employment"] = mention.value
        draft.by["employment"] = RULES
        draft.quote("employment", mention.start, mention.end)


def _place(draft: Draft, ad: Ad, title: Title | None) -> None:
    place = stated.stated_place(ad)
    in_text = (title.start, title.end) if title and draft.heading is None else None
    if place:
        draft.set_place(place, STATED)
    elif found := find_place(draft.body, in_text):
        draft.set_place(found.meaning, RULES)
        draft.quote("place", found.start, found.end)


def _pay(draft: Draft, ad: Ad) -> None:
    if numbers := stated.stated_pay(ad):
        draft.values["pay"] = numbers
        draft.by["pay"] = STATED
        return
    in_markup = read(ad.pay_raw).pay if ad.pay_raw else None
    for reading, by in ((in_markup, STATED), (draft.heading and draft.heading.pay, RULES), (draft.body.pay, RULES)):
        if reading and reading.first:
            draft.values["pay"] = _stated_words(reading.first)
            draft.values["pay_reason"] = reading.reason
            draft.by["pay"] = by
            if reading is draft.body.pay:
                draft.quote_original("pay", reading.first.start, reading.first.end)
            return
    draft.values["pay_reason"] = _reason(in_markup, draft.body)


def _stated_words(statement: PayStatement) -> Pay:
    return Pay.model_construct(
        raw=statement.raw,
        amount_from=statement.amount_from,
        amount_to=statement.amount_to,
        currency=statement.currency,
        tax=statement.tax,
        period=statement.period,
        bonus=statement.bonus,
    )


def _reason(in_markup: PayReading | None, body: Reading) -> str | None:
    reason = in_markup.reason if in_markup else body.pay.reason
    return None if reason == "no_money" else reason


def _skills(draft: Draft, ad: Ad, found: list[FoundSkill]) -> None:
    skills = [
        SkillMention.model_construct(spelling=spelling, start=IN_TITLE, end=IN_TITLE, by=STATED)
        for spelling in dict.fromkeys(raw.strip() for raw in ad.skills_raw)
        if spelling
    ]
    known = {skill.spelling.lower() for skill in skills}
    if draft.heading:
        for _, start, end in find_skills(draft.heading):
            spelling = draft.heading.quote(start, end)
            if spelling.lower() not in known:
                known.add(spelling.lower())
                skills.append(SkillMention.model_construct(spelling=spelling, start=IN_TITLE, end=IN_TITLE, by=RULES))
    for _, start, end in found:
        spelling = draft.body.quote(start, end)
        if spelling.lower() not in known:
            known.add(spelling.lower())
            first, last = draft.body.flat.span(start, end)
            skills.append(SkillMention.model_construct(spelling=spelling, start=first, end=last, by=RULES))
    draft.values["skills"] = skills
