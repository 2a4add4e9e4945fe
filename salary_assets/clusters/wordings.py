"""What of a title decides which job it is, among all titles of the market: roles, technologies and, at times, words.

"Java-разработчик (лояльность)" is a Java developer's job whatever the other words say. "Аналитик (лояльность)" and
"Инженер эксплуатации" are told by their other words, for an analyst or an engineer alone may be anyone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from salary_assets.clusters.titles import Title, wide_roles

OWN_KEY = 5
"""Vacancies of one exact wording that make it a kind of its own; rarer wordings are their role and technologies."""
TELLING = 3
"""Employers that use a word in titles for it to tell jobs apart; rarer ones name products and places."""
HOME_SHARE = 0.1
"""A role is at home in a profession that has this share of its vacancies,"""
USUAL_SHARE = 0.05
"""or this share of whose vacancies name it."""


def decisive(titles: pd.DataFrame) -> pd.DataFrame:
    """titles (position, employer_key, says) -> says (the title with the words that count), is_open, group (its name).

    is_open: roles and technologies leave open which job it is, because the roles are vague or belong to another
    profession (a tester among analysts).
    """
    foreign = _foreign_roles(titles["says"], titles["position"])
    says = _with_telling_words(titles, foreign)
    is_open = pd.Series(
        [
            one.is_open_beside(foreign.get(position, set()))
            for one, position in zip(says, titles["position"], strict=True)
        ],
        says.index,
    )
    names = says.map(lambda one: one.key)
    frequent = names.groupby([titles["position"], names]).transform("size") >= OWN_KEY
    kept = [one if whole else replace(one, rest=()) for one, whole in zip(says, is_open | frequent, strict=True)]
    return pd.DataFrame({"says": pd.Series(kept, says.index, dtype=object), "is_open": is_open}).assign(
        group=lambda made: made["says"].map(lambda one: one.key).astype("str")
    )


def _with_telling_words(titles: pd.DataFrame, foreign: Mapping[str, set[str]]) -> pd.Series:
    """Titles without words that only a few employers use, unless no role at home here would be left to say the job."""
    words = pd.DataFrame({"word": titles["says"].map(lambda one: one.rest), "employer": titles["employer_key"]})
    used = words.explode("word").groupby("word")["employer"].nunique()
    telling, wide = set(used.index[used >= TELLING]), wide_roles()

    def kept(one: Title, position: str) -> Title:
        if set(one.roles) <= wide | foreign.get(position, set()) and not one.technologies:
            return one
        said = tuple(word for word in one.rest if word in telling or word in one.telling)
        return one if said and one.is_open_beside(()) else replace(one, rest=said)

    pairs = zip(titles["says"], titles["position"], strict=True)
    return pd.Series([kept(*pair) for pair in pairs], titles.index, dtype=object)


def _foreign_roles(says: pd.Series, position: pd.Series) -> dict[str, set[str]]:
    """Profession -> roles that its titles name and that are at home in others."""
    named = Counter((where, role) for one, where in zip(says, position, strict=True) for role in one.roles)
    of_role: Counter[str] = Counter()
    for (_, role), vacancies in named.items():
        of_role[role] += vacancies
    size = Counter(position)
    foreign: dict[str, set[str]] = defaultdict(set)
    for (where, role), vacancies in named.items():
        if vacancies < HOME_SHARE * of_role[role] and vacancies < USUAL_SHARE * size[where]:
            foreign[where].add(role)
    return foreign
