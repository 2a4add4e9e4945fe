"""Tables of the salary layer: what the model learns from and how well it does."""

from __future__ import annotations

from salary_assets.storage.contract import STRINGS, Bool, Contract, Float, Int, Nested, Text, Time, column
from salary_assets.storage.vocabulary import POSITIONS, TESTS


class TrainingSet(Contract, table="training_set", key=("vacancy_id",)):
    """Inputs and targets of the salary model. No column but pay_* is made from pay; text has pay masked."""

    vacancy_id: Text = column("Vacancy", nullable=False)
    group: Text = column("Near-duplicate group, never split", nullable=False)
    employer_key: Text = column("Employer, or null")
    employer_name: Text = column("Employer as named, shown beside comparable ads; never an input")
    employer_ads: Int = column("Vacancies of the employer in the data, with or without pay", "vacancies", ge=1)
    published_at: Time = column("Publication", "UTC", nullable=False)
    month: Text = column("Publication month, YYYY-MM", nullable=False)
    source: Text = column("Feed", nullable=False)
    title: Text = column("Job title, pay masked", nullable=False)
    text: Text = column("Body, pay and digits masked", nullable=False)
    position: Text = column("Profession", isin=POSITIONS)
    job_cluster_id: Text = column("Kind of job")
    grades: Nested = column("Grades named", arrow=STRINGS, nullable=False)
    experience_min: Float = column("Least experience", "years")
    experience_max: Float = column("Most experience", "years")
    work_formats: Nested = column("remote, hybrid, office", arrow=STRINGS, nullable=False)
    employment: Text = column("Kind of employment")
    city: Text = column("City")
    region: Text = column("Region of Russia")
    federal_district: Text = column("Federal district of Russia")
    country: Text = column("ISO 3166-1 alpha-2 code")
    roles_raw: Nested = column("Professional roles as stated", arrow=STRINGS, nullable=False)
    specializations_raw: Nested = column("Specializations as stated", arrow=STRINGS, nullable=False)
    schedule_raw: Text = column("Schedule as stated")
    experience_raw: Text = column("Experience as stated")
    skills: Nested = column("Canonical skill ids", arrow=STRINGS, nullable=False)
    pay_lower: Float = column("Target, lower bound; null where not stated", "RUB/month net")
    pay_upper: Float = column("Target, upper bound; null where not stated", "RUB/month net")


class Baselines(Contract, table="baselines", key=("test", "model", "slice", "metric")):
    """The ladder that the model has to beat: one row per test, model, slice and metric."""

    test: Text = column("random, employer or time", isin=TESTS, nullable=False)
    model: Text = column("Rung of the ladder", nullable=False)
    slice: Text = column("all, or `profession=...`, `grade=...`, `region=...`, `source=...`", nullable=False)
    metric: Text = column("r2_log, log_mae, mape, median_ape, within_20, mae, coverage_80, width_80", nullable=False)
    value: Float = column("Figure", "share, log units, or RUB/month net for mae")
    low: Float = column("Lower end of the 95 % bootstrap interval")
    high: Float = column("Upper end of the 95 % bootstrap interval")
    rows: Int = column("Test rows behind it", "vacancies", nullable=False, ge=0)


class ModelEvaluation(Baselines, table="model_evaluation", key=("test", "model", "slice", "metric")):
    """The same figures for the model that would be served, beside the ladder's."""


class TuningTrials(Contract, table="tuned_hyperparameters", key=("trial",)):
    """Every trial of the hyperparameter study."""

    trial: Int = column("Number in the study", nullable=False, ge=0)
    state: Text = column("COMPLETE, PRUNED or FAIL", nullable=False)
    log_mae: Float = column("Mean over the three questions asked inside the rows it may use", "log units")
    params: Text = column("JSON object", nullable=False)
    seconds: Float = column("Duration", "s")
    chosen: Bool = column("Whether the model takes these parameters; where no trial is, it takes the defaults")
