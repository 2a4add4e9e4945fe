"""advice_examples -> advice_model: what advice to a resume rests on, and how well grounded it is."""

import json
from collections.abc import Callable

import dagster as dg
import pandas as pd

from salary_assets.defs.automation import served_inputs_changed
from salary_assets.defs.resources import Home
from salary_assets.defs.serving.assets import salary_bundle
from salary_assets.defs.tables import OWNERS
from salary_assets.resume import advice_model as advice
from salary_assets.resume import examples
from salary_assets.resume.advise import ADVICE_VERSION, PayRange
from salary_assets.resume.model import Resume
from salary_assets.service.answers import Served, estimate_of, load_served
from salary_assets.storage import clock, write_text

GROUP = "resume"


@dg.asset(
    group_name=GROUP,
    description="Resume -> advice pairs from invented resumes and counted ads: chat JSONL, train and validation",
    code_version=ADVICE_VERSION,
    automation_condition=served_inputs_changed,
    owners=OWNERS,
    kinds={"json"},
    deps=[salary_bundle],
)
def advice_examples(
    home: Home,
    vacancies: pd.DataFrame,
    mapped_skills: pd.DataFrame,
    skill_canon: pd.DataFrame,
    vacancy_clusters: pd.DataFrame,
) -> dg.MaterializeResult[None]:
    market = advice.build_advice_market(vacancies, mapped_skills, skill_canon, vacancy_clusters)
    served = load_served(home.settings.models)
    made = examples.advice_examples(market, clock.now().date(), served.skill_ids, _pay_of(served))
    folder = home.settings.models / "advice" / "examples"
    for split in ("train", "validation"):
        write_text(folder / f"{split}.jsonl", examples.chat_lines(made, split))
    counts = {split: sum(one["split"] == split for one in made) for split in ("train", "validation")}
    return dg.MaterializeResult(metadata={"folder": dg.MetadataValue.path(str(folder)), **counts})


@dg.asset(
    group_name=GROUP,
    description="What answers with advice: rules and counted ads, evaluated on invented resumes that no example has",
    code_version=ADVICE_VERSION,
    automation_condition=served_inputs_changed,
    owners=OWNERS,
    kinds={"parquet", "json"},
    deps=[advice_examples, salary_bundle],
)
def advice_model(
    home: Home,
    vacancies: pd.DataFrame,
    mapped_skills: pd.DataFrame,
    skill_canon: pd.DataFrame,
    vacancy_clusters: pd.DataFrame,
) -> dg.MaterializeResult[None]:
    market = advice.build_advice_market(vacancies, mapped_skills, skill_canon, vacancy_clusters)
    served = load_served(home.settings.models)
    now = clock.now()
    figures = examples.evaluate_advice(market, now.date(), served.skill_ids, _pay_of(served))
    manifest = advice.write_advice_model(home.settings.models, market, now, figures)
    return dg.MaterializeResult(
        metadata={"version": manifest["version"], "evaluation": json.dumps(figures, sort_keys=True)}
    )


def _pay_of(served: Served) -> Callable[[Resume], PayRange | None]:
    def pay(resume: Resume) -> PayRange | None:
        asked = resume.to_request()
        if "title" not in asked and "position" not in asked:
            return None
        answered = estimate_of(served, asked)["range"]
        return PayRange(answered["p10"], answered["p50"], answered["p90"]) if answered else None

    return pay
