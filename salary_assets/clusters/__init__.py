"""Job titles -> kinds of job with profiles; and the skills that each profession demands."""

from salary_assets.clusters.group import cluster_vacancies
from salary_assets.clusters.judge import judge_from
from salary_assets.clusters.positions import guess_positions, skills_by_position

__all__ = ["cluster_vacancies", "guess_positions", "judge_from", "skills_by_position"]
