from pathlib import Path

import pandas as pd
import pytest

from salary_assets.resume.associations import skill_associations
from salary_assets.resume.market import Market
from salary_assets.resume.structure import SkillIds
from salary_assets.sample import read_truth, write_sample
from salary_assets.sample.grammar import load_grammar

LEAST_YEARS = {"noExperience": 0.0, "between1And3": 1.0, "between3And6": 3.0, "moreThan6": 6.0}


@pytest.fixture(scope="session")
def full_sample_market(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, dict[str, float]]:
    """The sample's true ads in the columns of `resume.market`, and the true effect of each skill on log pay."""
    folder: Path = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    truth = read_truth(folder)
    rows = truth.rows[truth.rows["kind"] == "vacancy"]
    rows = rows[rows["is_it"].astype(bool)].drop_duplicates("group").reset_index(drop=True)
    pay = pd.DataFrame([entry or {} for entry in rows["pay"]])
    market = pd.DataFrame(
        {
            "vacancy_id": rows["id"],
            "position": rows["position"],
            "title": rows["specialty"],
            "job_cluster_id": rows["position"] + ": " + rows["specialty"],
            "grades": rows["grades_shown"],
            "experience_min": rows["experience"].map(LEAST_YEARS),
            "city": rows["city"],
            "work_formats": rows["formats"],
            "month": rows["published_at"].str[:7],
            "employer_key": rows["employer"],
            "skills": [[use["skill"] for use in uses] for uses in rows["skills"]],
            "pay_lower": pay["net_from"].astype(float),
            "pay_upper": pay["net_to"].astype(float),
        }
    )
    return market, {name: entry["pay"] for name, entry in truth.law["skills"].items()}


@pytest.fixture(scope="session")
def advice_market(full_sample_market: tuple[pd.DataFrame, dict[str, float]]) -> Market:
    ads, effects = full_sample_market
    return Market(ads, {name: name for name in effects}, skill_associations(ads, draws=50))


@pytest.fixture(scope="session")
def skill_ids() -> SkillIds:
    """Canonical ids of the sample's skills, by the spellings that its ads use."""
    known = {
        spelling.casefold(): skill.name
        for skill in load_grammar().skills.values()
        for spelling in (skill.name, *skill.aliases)
    }
    return lambda spellings: {spelling: known.get(spelling.casefold()) for spelling in spellings}
