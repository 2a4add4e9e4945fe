"""salary_bundle: the model as files that a service can trust, served only when it passes the gate."""

import dagster as dg
import pandas as pd

from salary_assets.defs.resources import Home
from salary_assets.defs.salary.assets import salary_model
from salary_assets.defs.tables import OWNERS
from salary_assets.salary import bundle, lifecycle
from salary_assets.storage import clock


@dg.asset(
    group_name="serving",
    description="Manifest, CatBoost heads, vocabularies, calibration, market tables; served if it beats the served one",
    code_version=bundle.FORMAT,
    owners=OWNERS,
    kinds={"catboost", "json"},
    deps=[salary_model],
)
def salary_bundle(
    home: Home, training_set: pd.DataFrame, skill_aliases: pd.DataFrame, model_evaluation: pd.DataFrame
) -> dg.MaterializeResult[None]:
    made = lifecycle.release(home.settings, training_set, skill_aliases, model_evaluation, clock.now())
    return dg.MaterializeResult(
        metadata={
            "version": made.version,
            "folder": dg.MetadataValue.path(str(made.folder)),
            "served": made.promoted,
            "gate": dg.MetadataValue.md(made.reason),
            "card": dg.MetadataValue.md((made.folder / "MODEL_CARD.md").read_text("utf-8")),
        }
    )
