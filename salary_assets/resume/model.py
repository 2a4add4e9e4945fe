"""A resume as understood: every value with the words it was read from, and how sure we are."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from salary_assets.resume.dates import iso
from salary_assets.resume.jobs import JobEntry
from salary_assets.resume.lines import Quote

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"

MOST_SKILLS = 60


@dataclass(frozen=True)
class Found:
    """A value with who gave it (`stated`, `summed`, `inferred`, or None where nothing did) and its evidence."""

    value: Any = None
    source: str | None = None
    confidence: float = 0.0
    evidence: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class SkillFound:
    """A skill named by the resume, by the lexicon's name. canon_id: canonical skill, None where none is known;
    spelling: how the resume, or the lexicon, spells what the canon knows.

    places: sections that name it (`skills`, `work`, `about`, ...). evidence: its first mention in each of them.
    """

    name: str
    canon_id: str | None
    spelling: str
    evidence: tuple[Quote, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class ExpectedPay:
    """The pay the person asks for, as stated. Amounts in `currency` per `period`.

    net_month: its middle in net RUB/month, a gross one by this year's tax scale; None in another currency or period.
    """

    amount_from: float | None = None
    amount_to: float | None = None
    currency: str | None = None
    tax: str | None = None
    period: str | None = None
    quote: str | None = None
    net_month: float | None = None


@dataclass(frozen=True)
class Extraction:
    """How the document was read: format, program, columns, hidden text, what was redacted."""

    kind: str = "text"
    engine: str = "text"
    pages: int | None = None
    columns: int = 1
    warnings: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    redacted: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Resume:
    """text: redacted. position: profession of hh.ru's catalogue. experience_months: calendar months worked;
    it_experience_months: those not in another trade. region: of Russia, or a country abroad as the resume names it."""

    text: str
    desired_position: Found
    position: Found
    grade: Found
    experience_months: Found
    it_experience_months: Found
    expected_pay: ExpectedPay
    city: Found
    region: str | None
    country: str | None
    work_formats: Found
    skills: tuple[SkillFound, ...]
    jobs: tuple[JobEntry, ...]
    education: tuple[Quote, ...]
    languages: tuple[Quote, ...]
    summary: str | None
    section_names: tuple[str, ...]
    extraction: Extraction

    def to_request(self) -> dict[str, Any]:
        """The question to the salary model. A grade that was only inferred from experience is not asked twice."""
        months = self.it_experience_months.value
        formats = self.work_formats.value or []
        known = [skill.spelling for skill in self.skills if skill.canon_id is not None]
        asked = {
            "title": self.desired_position.value,
            "position": self.position.value,
            "grade": self.grade.value if self.grade.source == "stated" else None,
            "experience_years": None if months is None else min(round(months / 12, 1), 60.0),
            "region": self.city.value or self.region,
            "work_format": formats[0] if len(formats) == 1 else None,
            "skills": known[:MOST_SKILLS],
        }
        return {name: value for name, value in asked.items() if value not in (None, [])}

    def to_json(self) -> dict[str, Any]:
        """JSON Resume 1.0.0; what it has no place for stands under `x-salary`."""
        return {
            "$schema": SCHEMA,
            "meta": {"version": "v1.0.0"},
            "basics": _without_none(
                {
                    "label": self.desired_position.value,
                    "summary": self.summary,
                    "location": _without_none(
                        {"city": self.city.value, "region": self.region, "countryCode": self.country}
                    ),
                }
            ),
            "work": [_work(job) for job in self.jobs],
            "education": [{"institution": entry.quote} for entry in self.education],
            "languages": [{"language": entry.quote} for entry in self.languages],
            "skills": [{"name": skill.name} for skill in self.skills],
            "x-salary": {
                "desired_position": asdict(self.desired_position),
                "position": asdict(self.position),
                "grade": asdict(self.grade),
                "experience_months": asdict(self.experience_months),
                "it_experience_months": asdict(self.it_experience_months),
                "expected_pay": asdict(self.expected_pay),
                "region": {"city": self.city.value, "region": self.region, "country": self.country}
                | {key: asdict(self.city)[key] for key in ("source", "confidence", "evidence")},
                "work_formats": asdict(self.work_formats),
                "skills": [asdict(skill) for skill in self.skills],
                "extraction": asdict(self.extraction),
            },
        }


def _work(job: JobEntry) -> dict[str, Any]:
    end = None if job.span.end is None else iso(job.span.end)
    return _without_none(
        {
            "name": job.company,
            "position": job.position.text if job.position else None,
            "startDate": iso(job.span.start),
            "endDate": end,
            "summary": job.summary or None,
        }
    )


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None and value != {}}
