"""A rare combination of roles and technologies -> the frequent kind of job that it specialises.

"QA Automation Engineer (Java/Kotlin)" is work of an automating tester with Java, "Системный аналитик (NiFi)" that of a
systems analyst: what the title adds is kept in it, and does not make a kind of job of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from salary_assets.clusters.titles import wide_roles
from salary_assets.skills.index import ancestors
from salary_assets.skills.vocabulary import backbone_vocabulary
from salary_assets.storage.schemas.vocabulary import NOT_IT, OTHER_IT

OWN_SHARE = 0.05
"""A role is a profession's own when so many of its vacancies (of those whose titles name a role) name it."""
SAYS_LITTLE = frozenset({"разработчик"})
"""Says what one does, and only with a technology which job it is."""


@dataclass(frozen=True)
class Kind:
    """A group of vacancies of one profession whose titles name the same roles and technologies (canon ids)."""

    position: str
    name: str
    roles: frozenset[str]
    technologies: frozenset[str]
    vacancies: int


def wider_kinds(kinds: Iterable[Kind], frequent: int) -> dict[tuple[str, str], str]:
    """(position, name) of kinds with fewer than `frequent` vacancies -> name of the kind that they specialise.

    That has the same roles, or those of them that are the profession's own, and no technology that the title does not
    name or imply (Spring implies Java). Of several it is the one with most roles, then technologies, then vacancies.
    """
    everything = list(kinds)
    own = _own_roles(everything)
    targets: dict[str, list[Kind]] = defaultdict(list)
    for kind in everything:
        if kind.vacancies >= frequent:
            targets[kind.position].append(kind)
    found = {}
    for kind in everything:
        if kind.vacancies < frequent:
            implied = {skill: _with_ancestors(skill) for skill in kind.technologies}
            fitting = [one for one in targets[kind.position] if _fits(one, kind, implied, own[kind.position])]
            if fitting:
                best = max(fitting, key=lambda one: (len(one.roles), _covered(one, implied), one.vacancies, one.name))
                found[kind.position, kind.name] = best.name
    return found


def _fits(target: Kind, rare: Kind, implied: Mapping[str, Collection[str]], own: Collection[str]) -> bool:
    if not target.technologies <= set().union(*implied.values()):
        return False
    if rare.technologies and not target.technologies and target.roles <= wide_roles() | SAYS_LITTLE:
        return False
    return target.roles == rare.roles or (target.roles < rare.roles and target.roles <= set(own))


def _covered(target: Kind, implied: Mapping[str, Collection[str]]) -> int:
    """How many technologies of the title are the target's, or imply one of them."""
    return sum(bool(target.technologies & set(meant)) for meant in implied.values())


def _own_roles(kinds: Iterable[Kind]) -> dict[str, set[str]]:
    """Profession -> narrow roles that many of its vacancies name. The two professions of last resort have none."""
    all_of: dict[str, int] = defaultdict(int)
    named: dict[tuple[str, str], int] = defaultdict(int)
    for kind in kinds:
        all_of[kind.position] += kind.vacancies
        for role in kind.roles - wide_roles():
            named[kind.position, role] += kind.vacancies
    own: dict[str, set[str]] = defaultdict(set)
    for (position, role), vacancies in named.items():
        if position not in (OTHER_IT, NOT_IT) and vacancies >= OWN_SHARE * all_of[position]:
            own[position].add(role)
    return own


@cache
def _broader() -> dict[str, frozenset[str]]:
    return ancestors({skill: row.parent_id for skill, row in backbone_vocabulary().rows.items()})


def _with_ancestors(skill: str) -> frozenset[str]:
    return frozenset({skill}) | _broader()[skill]
