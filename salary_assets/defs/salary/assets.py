"""training_set -> baselines, tuned_hyperparameters -> salary_model -> model_evaluation: pay, learned honestly."""

import json

import dagster as dg
import pandas as pd

from salary_assets.defs.automation import inputs_changed
from salary_assets.defs.resources import Home
from salary_assets.defs.tables import OWNERS, pictures, preview, table_options
from salary_assets.reports import model_plots
from salary_assets.salary import evaluation, lifecycle, splits, training, tuning
from salary_assets.salary.model import MODEL_VERSION
from salary_assets.storage import clock
from salary_assets.storage.schemas import Baselines, ModelEvaluation, TrainingSet, TuningTrials

GROUP = "salary"
VERSION = splits.PROTOCOL
TRAINED = f"{VERSION}.{MODEL_VERSION}"
FOLDS = 1
"""Parts of tests A and B that the graph tests on: what the others hold is free to tune on."""


class Study(dg.Config):
    """trials: how many finished trials the study has at the end, counting those of earlier runs on the same rows."""

    trials: int = 20


@dg.asset(**table_options(TrainingSet, GROUP, VERSION, condition=inputs_changed))
def training_set(
    vacancies: pd.DataFrame, mapped_skills: pd.DataFrame, vacancy_clusters: pd.DataFrame
) -> dg.MaterializeResult[pd.DataFrame]:
    rows = training.build_training_set(vacancies, mapped_skills, vacancy_clusters)
    return dg.MaterializeResult(
        value=rows,
        metadata={
            "groups": rows["group"].nunique(),
            "employers": rows["employer_key"].nunique(),
            "both_bounds": int((rows["pay_lower"].notna() & rows["pay_upper"].notna()).sum()),
            "months": json.dumps(rows["month"].value_counts().sort_index().to_dict()),
        },
    )


@dg.asset(**table_options(Baselines, GROUP, VERSION, kinds=["scikitlearn", "catboost"]))
def baselines(training_set: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    ladder = evaluation.run_ladder(training_set, folds=FOLDS)
    return dg.MaterializeResult(value=ladder, metadata={"ladder": figures_table(ladder)})


@dg.asset(**table_options(TuningTrials, GROUP, f"{VERSION}.{tuning.SEARCH}", kinds=["optuna", "catboost"]))
def tuned_hyperparameters(home: Home, config: Study, training_set: pd.DataFrame) -> dg.MaterializeResult[pd.DataFrame]:
    rows = tuning.development_rows(training_set, FOLDS)
    found = tuning.tune(rows, config.trials, storage=lifecycle.study_url(home.settings))
    return dg.MaterializeResult(
        value=found.trials,
        metadata={
            "taken": found.said,
            "parameters": json.dumps(found.parameters.to_dict(), sort_keys=True),
            "importance": json.dumps(found.importance, sort_keys=True),
            "plot": pictures({"tuning": model_plots.tuning_plot(found.trials, found.importance)}),
            "trials": preview(
                found.trials.sort_values("log_mae"), ["trial", "state", "log_mae", "chosen", "seconds", "params"]
            ),
        },
    )


@dg.asset(
    group_name=GROUP,
    description="The fitted heads of both variants (with and without employer and body), not yet served",
    code_version=TRAINED,
    owners=OWNERS,
    kinds={"catboost"},
)
def salary_model(
    home: Home, training_set: pd.DataFrame, tuned_hyperparameters: pd.DataFrame
) -> dg.MaterializeResult[None]:
    parameters = tuning.chosen_parameters(tuned_hyperparameters)
    folder = lifecycle.candidate_folder(home.settings)
    sizes = lifecycle.write_candidate(folder, training_set, parameters)
    return dg.MaterializeResult(
        metadata={"folder": dg.MetadataValue.path(str(folder)), "bytes": sum(sizes.values()), "ads": len(training_set)}
    )


@dg.asset(**table_options(ModelEvaluation, GROUP, TRAINED, kinds=["catboost"]), deps=[salary_model])
def model_evaluation(
    home: Home, training_set: pd.DataFrame, tuned_hyperparameters: pd.DataFrame, baselines: pd.DataFrame
) -> dg.MaterializeResult[pd.DataFrame]:
    parameters = tuning.chosen_parameters(tuned_hyperparameters)
    looks = lifecycle.record_looks(home.settings, training_set, FOLDS, clock.now())
    predictions, ours = evaluation.evaluate(training_set, tuple(evaluation.OURS), parameters=parameters, folds=FOLDS)
    lifecycle.write_test_predictions(lifecycle.candidate_folder(home.settings), predictions)
    table = pd.concat([baselines, ours], ignore_index=True)
    return dg.MaterializeResult(
        value=table,
        metadata={
            "tests": figures_table(table),
            "earlier_looks": sum(entry["looks_before"] for entry in looks),
            "plots": pictures(
                {"answers": model_plots.answers_plot(predictions), "coverage": model_plots.coverage_plot(table)}
            ),
        },
    )


def figures_table(figures: pd.DataFrame) -> dg.MetadataValue:
    """The overall figures as a table of tests and models."""
    whole = figures[figures["slice"] == "all"]
    table = whole.pivot_table(index=["test", "model"], columns="metric", values="value", aggfunc="first").reset_index()
    return preview(table.round(3), [str(name) for name in table.columns], rows=len(table))
