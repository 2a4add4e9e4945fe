"""Tables of the clusters layer: thousands of job titles as a few thousand kinds of job."""

from __future__ import annotations

from salary_assets.storage.contract import STRINGS, Contract, Float, Int, Nested, Text, column
from salary_assets.storage.vocabulary import POSITIONS


class VacancyClusters(Contract, table="vacancy_clusters", key=("vacancy_id",)):
    """The cluster of each vacancy."""

    vacancy_id: Text = column("Vacancy", nullable=False)
    job_cluster_id: Text = column("Stable identifier of the kind of job; null where the title names none")
    position: Text = column("Profession; a cluster never spans two", isin=POSITIONS, nullable=False)
    title_key: Text = column(
        "What the title says; a developer's without a language has that of its skills", nullable=False
    )
    confidence: Float = column("1 where the title decides, less where neighbours did", nullable=False, ge=0, le=1)
    family_id: Text = column("Family of kinds of job, within a profession; null where its kind is like no other")
    position_guessed: Text = column(
        "Profession that the skills point to, where neither source nor title tells one; null where they do not",
        isin=POSITIONS,
    )
    position_confidence: Float = column("How sure that guess is", ge=0, le=1)


class ClusterProfiles(Contract, table="cluster_profiles", key=("job_cluster_id",)):
    """What each kind of job is: name, skills, grades, pay."""

    job_cluster_id: Text = column("Stable identifier", nullable=False)
    name: Text = column("Title that most employers give it", nullable=False)
    position: Text = column("Profession; a cluster never spans two", isin=POSITIONS, nullable=False)
    family_id: Text = column("Family of kinds of job, within a profession; null where it is like no other")
    family: Text = column("Name of the family's kind that most employers seek")
    vacancies: Int = column("Vacancies in it", "vacancies", nullable=False, ge=1)
    employers: Int = column("Employers in it", "employers", nullable=False, ge=0)
    titles: Nested = column("Titles, those of most employers first", arrow=STRINGS, nullable=False)
    top_skills: Nested = column("Canonical skills, most telling first", arrow=STRINGS, nullable=False)
    grades: Nested = column("Grades named, those of most employers first", arrow=STRINGS, nullable=False)
    pay_p25: Float = column("Lower quartile of pay", "RUB/month net")
    pay_p50: Float = column("Median pay", "RUB/month net")
    pay_p75: Float = column("Upper quartile of pay", "RUB/month net")
    paid: Int = column("Vacancies with comparable pay", "vacancies", nullable=False, ge=0)


class PositionSkills(Contract, table="position_skills", key=("position", "grade", "canon_id")):
    """What each profession demands: canonical skills with the share of its vacancies that name them."""

    position: Text = column("Profession", isin=POSITIONS, nullable=False)
    grade: Text = column("Grade, or `any` for all vacancies of the profession", nullable=False)
    canon_id: Text = column("Canonical skill", nullable=False)
    canon: Text = column("Preferred name", nullable=False)
    vacancies: Int = column("Vacancies of the cell that name it", "vacancies", nullable=False, ge=1)
    share: Float = column("Of the cell's vacancies that name any skill", nullable=False, ge=0, le=1)
    lift: Float = column("Share over the share among all vacancies", nullable=False, ge=0)
