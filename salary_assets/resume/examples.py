"""Pairs resume -> advice as chat JSONL, for fine-tuning or few-shot prompts, and how good a set of advice is.

Every pair is made from an invented person, so the set holds nobody's data and may be sent to a provider.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib import resources
from typing import Any

from salary_assets.resume.advise import Advice, PayRange, advise
from salary_assets.resume.documents.types import Document
from salary_assets.resume.market import Market
from salary_assets.resume.model import Resume
from salary_assets.resume.structure import SkillIds, structure
from salary_assets.resume.synthetic import synthetic_resume
from salary_assets.resume.verify import problems

VALIDATION_SHARE = 0.1
MARKET_ADVICE = (
    "in_demand",
    "in_demand_alone",
    "pay_with_skill",
    "no_pay_difference",
    "skill_without_story",
    "skill_unlisted",
)

PayOf = Callable[[Resume], PayRange | None]


def advice_examples(
    market: Market, today: date, skill_ids: SkillIds, pay_of: PayOf, count: int = 400, seed: int = 20261031
) -> list[dict[str, Any]]:
    """Chat examples: `split` (train or validation), `person`, `messages` (system, user with facts, assistant).

    Advice that does not pass `verify.problems` is left out of its example. Same arguments, same examples.
    """
    examples = []
    for number, resume in enumerate(synthetic_resumes(today, skill_ids, count, seed)):
        sound = [one for one in advise(resume, market, pay_of(resume)) if not problems(one, resume, market)]
        if sound:
            examples.append({"split": _split(number, seed), "person": number, "messages": _messages(resume, sound)})
    return examples


def synthetic_resumes(today: date, skill_ids: SkillIds, count: int, seed: int) -> Iterator[Resume]:
    """Invented resumes, read as documents are."""
    for number in range(count):
        text = synthetic_resume(number, seed).text
        yield structure(Document(text, "text", "text"), today, skill_ids)


def chat_lines(examples: Iterable[dict[str, Any]], split: str) -> str:
    """One split as JSON lines of `{"messages": [...]}`, the shape that fine-tuning takes."""
    chosen = (one["messages"] for one in examples if one["split"] == split)
    return "".join(json.dumps({"messages": messages}, ensure_ascii=False) + "\n" for messages in chosen)


def evaluate_advice(
    market: Market, today: date, skill_ids: SkillIds, pay_of: PayOf, count: int = 100, seed: int = 7
) -> dict[str, Any]:
    """How the rules do on invented resumes that no example was made from.

    grounded: share of advice with no problem found by `verify`; with_market: share of resumes that get advice
    counted on ads; silent: share told that ads are too few; pieces: mean per resume; problems: how often each.
    """
    found: Counter[str] = Counter()
    pieces = grounded = with_market = silent = 0
    for resume in synthetic_resumes(today, skill_ids, count, seed):
        advice = advise(resume, market, pay_of(resume))
        kinds = {one.kind for one in advice}
        with_market += bool(kinds & set(MARKET_ADVICE))
        silent += "not_enough_data" in kinds
        for one in advice:
            wrong = problems(one, resume, market)
            pieces, grounded = pieces + 1, grounded + (not wrong)
            found.update(wrong)
    return {
        "resumes": count,
        "pieces": round(pieces / max(count, 1), 2),
        "grounded": round(grounded / max(pieces, 1), 4),
        "with_market": round(with_market / max(count, 1), 4),
        "silent": round(silent / max(count, 1), 4),
        "problems": dict(sorted(found.items())),
    }


def facts(resume: Resume, advice: Iterable[Advice]) -> dict[str, Any]:
    """What a model may rest advice on: the resume's fields, and the evidence that was counted for it."""
    market = {
        evidence.quote["ru"]: evidence.figures
        for one in advice
        for evidence in one.evidence
        if evidence.source == "market"
    }
    return {
        "resume": {
            "position": resume.desired_position.value,
            "grade": {"value": resume.grade.value, "source": resume.grade.source},
            "experience_months": resume.experience_months.value,
            "city": resume.city.value,
            "expected_pay": resume.expected_pay.quote,
            "skills": [{"name": skill.name, "places": list(skill.places)} for skill in resume.skills],
            "text": resume.text,
        },
        "market": [{"fact": fact, "figures": figures} for fact, figures in market.items()],
    }


def _messages(resume: Resume, advice: list[Advice]) -> list[dict[str, str]]:
    prompt = resources.files("salary_assets.resume").joinpath("data", "advice_prompt.md").read_text("utf-8")
    answer = [
        {"kind": one.kind, "text": one.text["ru"], "evidence": [evidence.quote["ru"] for evidence in one.evidence]}
        for one in advice
    ]
    return [
        {"role": "system", "content": prompt},
        {"role": "user", "content": json.dumps(facts(resume, advice), ensure_ascii=False)},
        {"role": "assistant", "content": json.dumps(answer, ensure_ascii=False)},
    ]


def _split(number: int, seed: int) -> str:
    """By the person, so that adding examples moves nobody from one split to the other."""
    draw = hashlib.sha256(f"{seed}/{number}".encode()).digest()[0] / 256
    return "validation" if draw < VALIDATION_SHARE else "train"
