"""An answer to a person: the range, what it rests on, how sure it is, and "not enough data" when that is the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from salary_assets.salary.explain import Contribution, contributions
from salary_assets.salary.inputs import Inputs
from salary_assets.salary.intervals import COVERAGE
from salary_assets.salary.market import Basis, fields_of, usual_position, vectors_of
from salary_assets.salary.model import PERCENTILES, VARIANTS
from salary_assets.salary.requests import Request
from salary_assets.storage.vocabulary import NOT_IT

if TYPE_CHECKING:
    from salary_assets.salary.bundle import Bundle

CONFIDENT_CELL = 100
JUDGED_BY = 10
"""Nearest ads that tell the profession of a title, however many of them are shown."""

NARROW, WIDE = 0.35, 0.55
"""Half the range over the estimate: below NARROW an answer may be called sure, above WIDE it may not."""


@dataclass(frozen=True)
class Estimate:
    """asked: the request, with the profession and the lowest grade that its title names where it gives none.
    enough: False when the data do not support an answer, then `reason` says why and the
    range is None. RUB/month net everywhere. n: vacancies with pay behind `basis`. coverage: share of ads of unseen
    employers that fell into such ranges, with the target. average: pay of the average ad, which the contributions add
    to; both are there when asked for. comparable: nearest ads. model, data_until: what answered.
    """

    asked: dict[str, Any]
    enough: bool
    reason: str | None
    range: dict[str, float] | None
    y_hat: float | None
    lower: float | None
    upper: float | None
    fork: tuple[float, float] | None
    n: int
    basis: Basis
    coverage: dict[str, float] | None
    confidence: str
    average: float | None
    contributions: tuple[Contribution, ...]
    comparable: tuple[dict[str, Any], ...]
    warnings: tuple[dict[str, Any], ...]
    model: str
    data_until: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON: whole roubles, nulls instead of NaN."""
        return {
            "asked": self.asked,
            "enough": self.enough,
            "reason": self.reason,
            "range": None if self.range is None else {name: round(value) for name, value in self.range.items()},
            "y_hat": _whole(self.y_hat),
            "lower": _whole(self.lower),
            "upper": _whole(self.upper),
            "fork": None if self.fork is None else [round(bound) for bound in self.fork],
            "n": self.n,
            "basis": self.basis.to_dict(),
            "coverage": self.coverage,
            "confidence": self.confidence,
            "average": _whole(self.average),
            "contributions": [one.to_dict() for one in self.contributions],
            "comparable": list(self.comparable),
            "warnings": list(self.warnings),
            "model": self.model,
            "data_until": self.data_until,
            "unit": "RUB/month net",
        }


def answer(bundle: Bundle, asked: Sequence[Request], inputs: Inputs, comparable: int, explain: bool) -> list[Estimate]:
    """Answers to requests that are already inputs of the employer-free variant."""
    model = bundle.profile
    inputs = VARIANTS[model.variant].visible(inputs)
    matrices = model.encoder.matrices(inputs)
    vectors = vectors_of(matrices) if comparable else None
    known = np.diff(matrices["title_words"].indptr) > 0
    estimates = model.predict(inputs, matrices)
    parts: list[list[Contribution]] = contributions(model, bundle.reference, inputs) if explain else [[]] * len(asked)
    coverage = measured_coverage(bundle.manifest)
    answers = []
    for row, request in enumerate(asked):
        fields = fields_of(inputs, row)
        if request.region and bundle.gazetteer.place(request.region) is None:
            fields["region"] = request.region  # of no ad: given up, and said to be
        nearest = [] if vectors is None else bundle.market.nearest(vectors[row], fields, max(comparable, JUDGED_BY))
        if "position" not in fields and nearest:
            guessed = usual_position(nearest[:JUDGED_BY])
            fields = fields | ({"position": guessed} if guessed else {})
        basis = bundle.market.basis(fields)
        reason = _too_little(request, basis, bool(known[row]))
        width = float((estimates.upper[row] - estimates.lower[row]) / 2 / estimates.y_hat[row])
        percentiles = dict(
            zip((f"p{round(100 * level)}" for level in PERCENTILES), estimates.percentiles[row], strict=True)
        )
        answers.append(
            Estimate(
                asked=request.to_dict() | _read(request, inputs, row),
                enough=reason is None,
                reason=reason,
                range=percentiles if reason is None else None,
                y_hat=float(estimates.y_hat[row]) if reason is None else None,
                lower=float(estimates.lower[row]) if reason is None else None,
                upper=float(estimates.upper[row]) if reason is None else None,
                fork=(float(estimates.fork_lower[row]), float(estimates.fork_upper[row])) if reason is None else None,
                n=basis.vacancies,
                basis=basis,
                coverage=coverage,
                confidence=_confidence(basis, width),
                average=float(np.exp(bundle.reference.centre)) if explain and reason is None else None,
                contributions=tuple(parts[row]) if reason is None else (),
                comparable=tuple(_shown(ad) for ad in nearest[:comparable]),
                warnings=_warnings(bundle, request, fields.get("position")),
                model=bundle.version,
                data_until=str(bundle.manifest["data"]["last_month"]),
            )
        )
    return answers


def measured_coverage(manifest: dict[str, Any]) -> dict[str, float] | None:
    """Coverage of the employer-free variant on employers it never saw, as the evaluation found it."""
    for row in manifest["metrics"]:
        if (row["test"], row["model"], row["metric"]) == ("employer", "ours_profile", "coverage_80"):
            return {"measured": float(row["value"]), "target": COVERAGE}
    return None


def _read(request: Request, inputs: Inputs, row: int) -> dict[str, str]:
    """What was read from the title of a request that did not give it."""
    found = {"position": inputs.position[row], "grade": next(iter(inputs.grades[row]), "")}
    return {name: value for name, value in found.items() if value and getattr(request, name) is None}


def _too_little(request: Request, basis: Basis, title_known: bool) -> str | None:
    if basis.kind == "model_only" and not title_known:
        asked = request.title or request.position
        return f"no ad with pay is like {asked!r}: neither its words nor its profession are known"
    if basis.kind == "model_only" and request.position is not None:
        return f"fewer than ten ads of {request.position!r} state their pay"
    return None


def _confidence(basis: Basis, width: float) -> str:
    if basis.kind == "model_only" or width > WIDE:
        return "low"
    return "high" if basis.kind == "direct" and basis.vacancies >= CONFIDENT_CELL and width <= NARROW else "medium"


def _warnings(bundle: Bundle, request: Request, position: str | None) -> tuple[dict[str, Any], ...]:
    """What was not understood; and that a job outside IT, asked for or told by the nearest ads, is not what the ads
    are collected for: only those that stood beside ours are there."""
    found = []
    _, unknown = bundle.gazetteer.skill_ids(request.skills)
    if unknown:
        found.append({"code": "unknown_skills", "names": unknown})
    if request.region and bundle.gazetteer.place(request.region) is None:
        found.append({"code": "unknown_region", "names": [request.region]})
    if position == NOT_IT:
        found.append({"code": "not_it", "names": []})
    return tuple(found)


def _shown(ad: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": ad["vacancy_id"],
        "title": ad["title"],
        "employer": ad["employer_name"],
        "city": ad["city"],
        "month": ad["month"],
        "pay_lower": _whole(ad["pay_lower"]),
        "pay_upper": _whole(ad["pay_upper"]),
        "nearness": round(ad["nearness"], 3),
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
