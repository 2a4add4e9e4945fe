"""Decides candidate pairs: people first, then rules, then (if there is one) a judge for what rules cannot tell.

A `different` is a cannot-link: nothing merges the two later, whatever else says yes. Pairs that nobody decided
have no verdict and stay apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from salary_assets.skills.guard import DIFFERENT, SAME, UNCERTAIN, relation
from salary_assets.skills.judge import Judge, Question
from salary_assets.skills.spellings import Tail, unknown_tail
from salary_assets.skills.vocabulary import Vocabulary, backbone_vocabulary
from salary_assets.storage.schemas.skills import SkillVerdicts

SURE = {SAME: 0.9, DIFFERENT: 0.95}
LIKELY = 0.7
"""Confidence of rules in `narrower` and `broader`: words were added, which nearly always narrows."""
OPTIONS = 8


def adjudicate(
    candidates: pd.DataFrame,
    raw: pd.DataFrame,
    vocabulary: Vocabulary | None = None,
    judge: Judge | None = None,
) -> pd.DataFrame:
    """Candidates -> the table skill_verdicts: what was decided on each pair, by whom and why.

    judge: chooses for an unmapped key one of up to eight candidates or none; without it uncertain pairs get no row.
    """
    known = backbone_vocabulary() if vocabulary is None else vocabulary
    words = {word for key in known.index.bags for word in key.split()}
    verdicts: list[dict[str, Any]] = []
    uncertain: dict[str, list[tuple[float, str]]] = {}
    settled: set[str] = set()
    for left, right, score in zip(candidates["left"], candidates["right"], candidates["score"], strict=True):
        verdict, reason = relation(left, right, words, loose=known.skill_of_key(right) is None)
        if verdict == UNCERTAIN:
            uncertain.setdefault(left, []).append((-score, right))
            continue
        verdicts.append(_row(left, right, verdict, "rules", reason, SURE.get(verdict, LIKELY)))
        if verdict == SAME:
            settled.add(left)
    if judge is not None:
        tail = unknown_tail(raw, known)
        open_questions = {left: options for left, options in uncertain.items() if left not in settled}
        verdicts.extend(_judged(open_questions, tail, known, judge, raw))
    return SkillVerdicts.frame(verdicts) if verdicts else SkillVerdicts.no_rows()


def _judged(
    uncertain: dict[str, list[tuple[float, str]]], tail: Tail, known: Vocabulary, judge: Judge, raw: pd.DataFrame
) -> list[dict[str, Any]]:
    positions = _positions(raw, tail)
    questions = [
        Question(left, tail.names.get(left, left), positions.get(left, ()), _options(uncertain[left], known, tail))
        for left in sorted(uncertain, key=lambda left: (-tail.weight.get(left, 0), left))
    ]
    verdicts = []
    for question, answer in zip(questions, judge.choose(questions), strict=True):
        if answer is None:
            continue
        for key, name in question.options:
            chosen = name == answer.choice
            verdict = answer.relation if chosen else DIFFERENT
            reason = answer.reason or ("chosen among the candidates" if chosen else "another or none was chosen")
            row = _row(question.key, key, verdict, judge.name, reason, answer.confidence)
            verdicts.append(row | {"is_it": answer.is_it})
    return verdicts


def _options(ranked: Sequence[tuple[float, str]], known: Vocabulary, tail: Tail) -> tuple[tuple[str, str], ...]:
    """The best candidates as (key, name to show), each skill once."""
    shown: dict[str, str] = {}
    for _, key in sorted(ranked):
        skill = known.skill_of_key(key)
        name = known.rows[skill].canon if skill else tail.names.get(key, key)
        if name not in shown.values():
            shown[key] = name
        if len(shown) == OPTIONS:
            break
    return tuple(shown.items())


def _positions(raw: pd.DataFrame, tail: Tail) -> dict[str, tuple[str, ...]]:
    """The professions that name each unmapped key most, up to three."""
    named = raw.assign(key=raw["spelling"].map(tail.spellings)).dropna(subset=["key"])
    counted = named.groupby(["key", "position"], sort=True)["vacancies"].sum().reset_index()
    ranked = counted.sort_values(["key", "vacancies", "position"], ascending=[True, False, True], kind="stable")
    return {str(key): tuple(group["position"].head(3)) for key, group in ranked.groupby("key", sort=True)}


def _row(left: str, right: str, verdict: str, by: str, reason: str, confidence: float) -> dict[str, Any]:
    return {
        "left": left, "right": right, "verdict": verdict, "by": by, "reason": reason, "confidence": confidence
    }  # fmt: skip
