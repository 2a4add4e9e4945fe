"""A rare combination of roles, technologies and words -> the frequent kind of job that it specialises.

"QA Automation Engineer (Java, Spring)" is work of an automating tester with Java, "Системный аналитик (NiFi)" that of a
systems analyst: what the title adds is kept in it, and does not make a kind of job of its own. What decides which job
it is may not be lost: a builder's technology, most words of an analyst's title, that one leads or teaches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from salary_assets.clusters.titles import (
    DEVELOPER,
    broader,
    built_roles,
    changing_roles,
    is_framework,
    vague_roles,
    wide_roles,
)
from salary_assets.storage.vocabulary import NOT_IT, OTHER_IT

OWN_SHARE = 0.05
"""A role is a profession's own when so many of its vacancies (of those whose titles name a role) name it."""
CONTENDING = 0.05
"""A kind this large beside another one makes a title that names the technologies of both a job of neither."""
USUALLY = 2
"""How many times more vacancies a narrower name must have to be the job's: most React developers are frontend ones."""


@dataclass(frozen=True)
class Kind:
    """A group of vacancies of one profession whose titles name the same roles, technologies (canon ids) and words."""

    position: str
    name: str
    roles: frozenset[str]
    technologies: frozenset[str]
    words: frozenset[str]
    is_open: bool
    vacancies: int


def wider_kinds(kinds: Iterable[Kind], frequent: int) -> dict[tuple[str, str], str]:
    """(position, name) of kinds with fewer than `frequent` vacancies -> name of the kind that they specialise.

    That has the same roles, or those of them that are the profession's own, and no technology or word that the title
    does not name or imply (Spring implies Java). Of several it is the one with most roles, then technologies, words and
    vacancies. Developers with a framework that most call by a narrower role are that kind, however many they are.
    """
    everything = list(kinds)
    own = _own_roles(everything)
    targets: dict[str, list[Kind]] = defaultdict(list)
    for kind in everything:
        if kind.vacancies >= frequent:
            targets[kind.position].append(kind)
    found = _usual_names(everything)
    for kind in everything:
        if kind.vacancies < frequent:
            implied = {skill: _with_ancestors(skill) for skill in kind.technologies}
            fitting = [one for one in targets[kind.position] if _fits(one, kind, implied, own[kind.position])]
            if fitting:
                best = max(
                    fitting,
                    key=lambda one: (len(one.roles), _covered(one, implied), len(one.words), one.vacancies, one.name),
                )
                if not _contended(best, fitting):
                    found[kind.position, kind.name] = found.get((kind.position, best.name), best.name)
    return found


def _usual_names(kinds: Iterable[Kind]) -> dict[tuple[str, str], str]:
    """Kinds of developers with a framework -> the kind of the narrower role by which most who name it are called.

    A framework is made for one kind of work, a language for any: most who name Kotlin build for Android, not all.
    """
    alike: dict[tuple[str, frozenset[str]], list[Kind]] = defaultdict(list)
    for kind in kinds:
        if (
            any(is_framework(skill) for skill in kind.technologies)
            and not kind.words
            and not kind.is_open
            and len(kind.roles) == 1
        ):
            alike[kind.position, kind.technologies].append(kind)
    found = {}
    for (position, _), group in alike.items():
        largest = max(group, key=lambda one: (one.vacancies, one.name))
        for kind in group:
            if kind.roles == {DEVELOPER} and largest.vacancies >= USUALLY * kind.vacancies:
                found[position, kind.name] = largest.name
    return found


def _fits(target: Kind, rare: Kind, implied: Mapping[str, Collection[str]], own: Collection[str]) -> bool:
    dropped = rare.roles - target.roles
    if not (target.roles <= rare.roles and target.words <= rare.words):
        return False
    if not target.technologies <= set().union(*implied.values()):
        return False
    if dropped and (dropped & changing_roles() or not target.roles or not target.roles <= set(own)):
        return False
    if rare.roles <= wide_roles() and target.words != rare.words:
        return False
    says_technology = bool(target.technologies) or not rare.technologies
    if target.is_open:
        return says_technology and (not rare.words or 2 * len(target.words) > len(rare.words))
    return says_technology or not target.roles & built_roles()


def _contended(best: Kind, fitting: Sequence[Kind]) -> bool:
    """Whether a builder's title names a technology beside those of its best kind that makes a large kind, too."""
    if not best.roles & built_roles():
        return False
    covered = set().union(*(_with_ancestors(skill) for skill in best.technologies))
    return any(
        other.roles == best.roles
        and not other.technologies <= covered
        and other.vacancies >= CONTENDING * best.vacancies
        for other in fitting
    )


def _covered(target: Kind, implied: Mapping[str, Collection[str]]) -> int:
    """How many technologies of the title are the target's, or imply one of them."""
    return sum(bool(target.technologies & set(meant)) for meant in implied.values())


def _own_roles(kinds: Iterable[Kind]) -> dict[str, set[str]]:
    """Profession -> narrow roles that many of its vacancies name. The two professions of last resort have none."""
    all_of: dict[str, int] = defaultdict(int)
    named: dict[tuple[str, str], int] = defaultdict(int)
    for kind in kinds:
        all_of[kind.position] += kind.vacancies
        for role in kind.roles - wide_roles() - vague_roles() - built_roles():
            named[kind.position, role] += kind.vacancies
    own: dict[str, set[str]] = defaultdict(set)
    for (position, role), vacancies in named.items():
        if position not in (OTHER_IT, NOT_IT) and vacancies >= OWN_SHARE * all_of[position]:
            own[position].add(role)
    return own


def _with_ancestors(skill: str) -> frozenset[str]:
    return frozenset({skill}) | broader()[skill]
