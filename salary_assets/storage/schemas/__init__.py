"""The contracts of all tables, grouped as the assets are. `ALL_TABLES` lists them in lineage order."""

from salary_assets.storage.contract import Contract
from salary_assets.storage.schemas.clusters import ClusterProfiles, PositionSkills, VacancyClusters
from salary_assets.storage.schemas.collection import Postings, Quarantine, RawAds, Sightings, SourceRuns
from salary_assets.storage.schemas.labelling import LabelAudit, LabelledPostings
from salary_assets.storage.schemas.market import ExchangeRates, MarketReport, Vacancies
from salary_assets.storage.schemas.salary import Baselines, ModelEvaluation, TrainingSet, TuningTrials
from salary_assets.storage.schemas.skills import (
    CompanySkills,
    MappedSkills,
    RawSkills,
    SkillAliases,
    SkillCandidates,
    SkillCanon,
    SkillVerdicts,
)

ALL_TABLES: tuple[type[Contract], ...] = (
    RawAds,
    Postings,
    Quarantine,
    Sightings,
    SourceRuns,
    LabelledPostings,
    LabelAudit,
    ExchangeRates,
    Vacancies,
    MarketReport,
    RawSkills,
    SkillCandidates,
    SkillVerdicts,
    SkillCanon,
    SkillAliases,
    CompanySkills,
    MappedSkills,
    VacancyClusters,
    ClusterProfiles,
    PositionSkills,
    TrainingSet,
    Baselines,
    TuningTrials,
    ModelEvaluation,
)

__all__ = [
    "ALL_TABLES",
    "Baselines",
    "ClusterProfiles",
    "CompanySkills",
    "ExchangeRates",
    "LabelAudit",
    "LabelledPostings",
    "MappedSkills",
    "MarketReport",
    "ModelEvaluation",
    "PositionSkills",
    "Postings",
    "Quarantine",
    "RawAds",
    "RawSkills",
    "Sightings",
    "SkillAliases",
    "SkillCandidates",
    "SkillCanon",
    "SkillVerdicts",
    "SourceRuns",
    "TrainingSet",
    "TuningTrials",
    "Vacancies",
    "VacancyClusters",
]
