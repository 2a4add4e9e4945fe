"""The language that a developer works in, from the skills of an ad whose title does not say it.

"Разработчик" and "Backend-разработчик" are what Java, PHP and Go developers are called; skills tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from salary_assets.clusters.titles import DEVELOPER, Title, broader, built_roles, title_lists


def with_language(says: Title, skills: Iterable[str]) -> Title:
    """The title with the one language that the skills (canon ids) name or imply, where it names a builder and none.

    Backend and frontend together are one builder. Several languages say nothing: nobody knows which the job is in.
    """
    if not set(says.roles) & built_roles() or says.technologies:
        return says
    if not all(role in built_roles() or role.endswith(DEVELOPER) for role in says.roles):
        return says
    language = language_of(skills)
    if language is None:
        return says
    role = title_lists()["own_role"].get(language)
    if role is None:
        return replace(says, technologies=(language,))
    return replace(says, roles=(role,)) if set(says.roles) == {DEVELOPER} else says


def language_of(skills: Iterable[str]) -> str | None:
    """The one language of a builder among skills (canon ids), or None. JavaScript counts only alone: pages of every
    server need some; so does a language that another one named grew out of."""
    aside, grown_from = _languages()
    named = {broad for skill in skills for broad in (skill, *broader().get(skill, ())) if broad in aside}
    named -= {grown_from[language] for language in named if language in grown_from}
    leading = {language for language in named if not aside[language]} or named
    return next(iter(leading)) if len(leading) == 1 else None


@cache
def _languages() -> tuple[dict[str, bool], dict[str, str]]:
    """Language -> whether it counts only alone; language -> the one that it grew out of."""
    raw = title_lists()
    return dict.fromkeys(raw["languages"], False) | dict.fromkeys(raw["beside"], True), dict(raw["grown_from"])
