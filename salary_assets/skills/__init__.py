"""Skill spellings -> canonical skills: tens of thousands of ways to write about two thousand things."""

from salary_assets.skills.adjudicate import adjudicate
from salary_assets.skills.assign import map_vacancies
from salary_assets.skills.candidates import find_candidates
from salary_assets.skills.canon import build_canon
from salary_assets.skills.company import import_company_canon, parse_entries
from salary_assets.skills.evaluation import coverage_figures, gold_figures, merge_figures, packaged_gold
from salary_assets.skills.judge import judge_from
from salary_assets.skills.mapper import UNKNOWN, SkillMapper
from salary_assets.skills.overrides import load_overrides
from salary_assets.skills.spellings import count_spellings

__all__ = [
    "UNKNOWN",
    "SkillMapper",
    "adjudicate",
    "build_canon",
    "count_spellings",
    "coverage_figures",
    "find_candidates",
    "gold_figures",
    "import_company_canon",
    "judge_from",
    "load_overrides",
    "map_vacancies",
    "merge_figures",
    "packaged_gold",
    "parse_entries",
]
