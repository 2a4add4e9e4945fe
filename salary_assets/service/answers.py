"""What the service says: the bundle's and the resume package's answers as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from salary_assets.resume.advice_model import AdviceModel, load_advice_model
from salary_assets.resume.advise import PayRange, advise
from salary_assets.resume.documents import Document
from salary_assets.resume.structure import structure
from salary_assets.salary import promotion
from salary_assets.salary.bundle import Bundle
from salary_assets.service.metrics import Metrics
from salary_assets.storage.vocabulary import GRADES, POSITIONS, WORK_FORMATS

SAMPLE_SOURCES = {"sample_hh", "tg_sample_jobs", "sample_board"}
MOST_COMPARABLE = 8


@dataclass(frozen=True)
class Served:
    """What answers at one moment: a salary bundle, and the advice model where one was made."""

    bundle: Bundle
    advice: AdviceModel | None

    def skill_ids(self, spellings: Sequence[str]) -> Mapping[str, str | None]:
        """Canonical ids by the spellings that the bundle knows."""
        return {one: next(iter(self.bundle.gazetteer.skill_ids([one])[0]), None) for one in spellings}


def load_served(models: Path) -> Served:
    """The promoted bundle, verified, and the served advice model.

    Raises DamagedBundle, DamagedAdviceModel or FileNotFoundError with what to do.
    """
    return Served(promotion.load_served(models), load_advice_model(models))


def catalogue(served: Served | None) -> dict[str, Any]:
    """Vocabularies of the form."""
    places = sorted({place.city for place in served.bundle.gazetteer.places.values() if place.city}) if served else []
    return {"positions": POSITIONS, "grades": GRADES, "work_formats": WORK_FORMATS, "places": places}


def model_facts(served: Served) -> dict[str, Any]:
    """Version, data window, metrics; and whether the market behind it was generated."""
    manifest = served.bundle.manifest
    data = manifest["data"]
    return {
        "version": served.bundle.version,
        "created": manifest["created"],
        "data_from": data["first_month"],
        "data_until": data["last_month"],
        "vacancies": data["vacancies"],
        "employers": data["employers"],
        "generated_market": set(data["sources"]) <= SAMPLE_SOURCES,
        "metrics": manifest["metrics"],
        "advice": None if served.advice is None else served.advice.version,
    }


def estimate_of(
    served: Served, asked: Mapping[str, Any], metrics: Metrics | None = None, explain: bool = False
) -> dict[str, Any]:
    """The bundle's answer to one request. `asked` has the keys of `salary.requests.Request`."""
    estimate = served.bundle.predict([asked], comparable=MOST_COMPARABLE, explain=explain)[0]
    if metrics is not None:
        unknown = [warning for warning in estimate.warnings if warning["code"] == "unknown_skills"]
        metrics.skills.inc(len(asked.get("skills", ())))
        metrics.unknown_skills.inc(sum(len(warning["names"]) for warning in unknown))
        if estimate.y_hat is not None:
            metrics.medians.observe(estimate.y_hat)
    return estimate.to_dict()


def resume_answer(
    document: Document, served: Served | None, today: date, metrics: Metrics | None = None
) -> dict[str, Any]:
    """Structure, the question made of it, range and advice for a document that was read.

    estimate: None without a model, or where the resume names neither a title nor a profession.
    """
    resume = structure(document, today, served.skill_ids if served else None)
    asked = resume.to_request()
    answerable = served is not None and ("title" in asked or "position" in asked)
    estimate = estimate_of(served, asked, metrics, explain=True) if served is not None and answerable else None
    pay = None
    if estimate is not None and estimate["range"] is not None:
        pay = PayRange(estimate["range"]["p10"], estimate["range"]["p50"], estimate["range"]["p90"])
    market = served.advice.market if served is not None and served.advice is not None else None
    advice = advise(resume, market, pay)
    return {
        "resume": resume.to_json(),
        "asked": asked,
        "estimate": estimate,
        "advice": [one.to_json() for one in advice],
    }
