"""A job title as what it says of the job: roles, technologies and other words, without grade, place and chatter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from salary_assets.skills.index import Alias, AliasIndex, ancestors
from salary_assets.skills.side_by_side import TECHNOLOGIES
from salary_assets.skills.text import COMMA, CONJ, JOINED, SOFT, Token, tokenise
from salary_assets.skills.vocabulary import Vocabulary, backbone_vocabulary

_BRACKETS = re.compile(r"[\[({«\"“].*?[\])}»\"”]")
_RESEARCH = re.compile(r"\br\s?&\s?d\b", re.IGNORECASE)
"""Not the language R."""
_SENIOR_OR_LEAD = re.compile(r"\b(senior|middle\+?|сеньор)\s*[/\\|]\s*lead\b", re.IGNORECASE)
"""A grade; only a lead of something leads."""
_CYRILLIC_C = re.compile(r"\b(разработчик|программист|developer)(а|ов|ы)?\s+с(?=\s*(?:$|[/,(]))", re.IGNORECASE)
"""The language C in Cyrillic, where no word follows it."""

DEVELOPER = "разработчик"
"""Every role of one who builds implies it."""
ENGINEER = "инженер"
SQL = "sql"
"""Says nothing beside a role that it is a part of: every database has it."""
BUILT_WITH = frozenset({"language", "framework"})
"""Kinds of technology that make a title without another role ("Java стажёр", "Go engineer") a developer's."""


@dataclass(frozen=True)
class Title:
    """What a title says.

    roles: canonical roles, most specific first written. technologies: canon ids of languages, frameworks, databases,
    tools and platforms. rest: dictionary forms of other words.
    """

    roles: tuple[str, ...]
    technologies: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def key(self) -> str:
        """Everything it says, as one sorted text; `-` for nothing."""
        return " | ".join(" ".join(sorted(part)) for part in (self.roles, self.technologies, self.rest) if part) or "-"

    @property
    def says_nothing(self) -> bool:
        """Whether it names no job: an engineer or a specialist, and no more."""
        return not (set(self.roles) - _words().nameless or self.technologies or self.rest)

    def is_open_beside(self, foreign: Collection[str]) -> bool:
        """Whether roles and technologies leave open which job it is. foreign: roles that say little here, too, and that
        make of another one beside them a job of its own (sales and support)."""
        words, roles = _words(), set(self.roles)
        if roles & words.changing or (len(roles) > 1 and roles & set(foreign)):
            return True
        return roles <= words.wide | words.vague | set(foreign) and not (self.technologies and roles & words.built)

    @property
    def telling(self) -> frozenset[str]:
        """Its words that tell jobs of its roles apart, however few employers use them."""
        known = {word for role in self.roles for word in _words().telling.get(role, ())}
        return frozenset(self.rest) & known

    @property
    def core(self) -> frozenset[str]:
        """Its roles without the wide ones, unless they change what the others mean."""
        return frozenset(self.roles) - (_words().wide - _words().changing)


@dataclass(frozen=True)
class _Words:
    silent: frozenset[str]
    between: frozenset[str]
    place: frozenset[str]
    wide: frozenset[str]
    nameless: frozenset[str]
    vague: frozenset[str]
    built: frozenset[str]
    platforms: frozenset[str]
    changing: frozenset[str]
    aside: frozenset[str]
    ordinary: frozenset[str]
    databases: Mapping[str, str]
    broad: Mapping[str, Collection[str]]
    telling: Mapping[str, Collection[str]]


def wide_roles() -> frozenset[str]:
    """Roles that say nothing of the job by themselves: specialist, manager, engineer."""
    return _words().wide


def vague_roles() -> frozenset[str]:
    """Roles that say what one does and not which job it is: analyst, developer."""
    return _words().vague


def built_roles() -> frozenset[str]:
    """Roles of those who build with a technology, which decides what job it is: developer, full-stack."""
    return _words().built


def changing_roles() -> frozenset[str]:
    """Roles that change any other beside them: who leads or teaches a job does not do it."""
    return _words().changing


@lru_cache(maxsize=200_000)
def read_title(title: str) -> Title:
    """Read a title. Brackets count where they name a technology or a narrower role ("QA (автотестирование)"), or where
    the rest leaves open which job it is."""
    title = _CYRILLIC_C.sub(r"\1 C", _SENIOR_OR_LEAD.sub(r"\1", _RESEARCH.sub("исследования", title)))
    whole = tokenise(title)
    bare = tokenise(_BRACKETS.sub(" ", title))
    inside = [token for token in whole if token not in bare]
    vocabulary = backbone_vocabulary()
    roles, left = _roles(bare)
    technologies, rest = _technologies(left, vocabulary)
    explained, inside = _roles(inside)
    roles = [*roles, *(role for role in explained if any(_is_narrower(role, one) for one in roles))]
    says_little = set(roles) <= _words().wide | _words().vague
    if says_little:
        roles = [*roles, *(role for role in explained if role not in _words().aside)]
    aside, explaining = _technologies(inside, vocabulary)
    words = _telling(rest)
    if says_little and not (words or technologies):
        words = _telling(explaining)
    technologies = _most_special({*technologies, *aside})
    if set(roles) <= {ENGINEER} and any(vocabulary.rows[skill].kind in BUILT_WITH for skill in technologies):
        roles = [DEVELOPER]
    return Title(_most_specific(roles), tuple(technologies), tuple(words))


def _most_special(technologies: Collection[str]) -> list[str]:
    """Technologies without those that another implies: React says JavaScript, PL/SQL the database it is written for."""
    said = {_words().databases.get(skill, skill) for skill in technologies}
    return sorted(said.difference(*(broader()[skill] for skill in technologies)))


def _telling(rest: Sequence[Token]) -> list[str]:
    silent = _words().silent
    return sorted({token.lemma for token in rest if not token.version and not {token.lemma, token.word} & silent})


def _most_specific(roles: Sequence[str]) -> tuple[str, ...]:
    """Roles without those that another role implies: any role implies a wide one, a narrow one that of a developer."""
    once, words = dict.fromkeys(roles), _words()
    narrow = [role for role in once if role not in words.wide - words.changing]
    if set(narrow) <= words.changing:
        narrow = list(once)
    if not set(narrow) <= (words.vague - words.built) | words.wide | {DEVELOPER}:
        narrow = [role for role in narrow if role != DEVELOPER]
    return tuple(role for role in narrow if not any(_is_narrower(other, role) for other in narrow))


def _is_narrower(role: str, other: str) -> bool:
    return role != other and (role.endswith(other) or role in _words().broad.get(other, ()))


@cache
def broader() -> dict[str, frozenset[str]]:
    """Technology -> all that it implies."""
    return ancestors({skill: row.parent_id for skill, row in backbone_vocabulary().rows.items()})


def is_framework(skill: str) -> bool:
    """Whether a technology (a canon id) is a framework."""
    return backbone_vocabulary().rows[skill].kind == "framework"


def _roles(tokens: Sequence[Token]) -> tuple[list[str], list[Token]]:
    """Roles named, longest match first, and the tokens left over; those of a builder's role that name a technology too.

    What follows a preposition of place after a role ("QA engineer на продукт Аналитика") is where the job is, no role.
    """
    words = _words()
    kept, placed = [], []
    in_place = False
    for token in tokens:
        in_place = token.lemma in words.place or (in_place and token.before in (SOFT, JOINED))
        if token.lemma not in words.between and (token.lemma not in words.silent or token.lemma in _role_words()):
            kept.append(token if token.before in (COMMA, CONJ) else token.first())
            placed.append(in_place)
    index = _role_index()
    roles: list[str] = []
    left: list[Token] = []
    position = 0
    while position < len(kept):
        found = index.starting_at(kept, position)
        if found and not (placed[position] and not set(roles) <= words.wide):
            stop, role = found[0]
            roles.append(role)
            if role in words.built | words.platforms:
                left += _technical(kept[position:stop])
            position = stop
        else:
            left.append(kept[position])
            position += 1
    return roles, left


def _technologies(tokens: Sequence[Token], vocabulary: Vocabulary) -> tuple[list[str], list[Token]]:
    found: list[str] = []
    left: list[Token] = []
    position = 0
    while position < len(tokens):
        matches = [
            (stop, skill)
            for stop, skill in vocabulary.index.starting_at(tokens, position)
            if vocabulary.rows[skill].kind in TECHNOLOGIES
        ]
        if matches and not (matches[0][0] == position + 1 and tokens[position].lemma in _words().ordinary):
            stop, skill = matches[0]
            found.append(skill)
            position = stop
        else:
            left.append(tokens[position])
            position += 1
    return found, left


def _technical(tokens: Sequence[Token]) -> list[Token]:
    """Those of a role's tokens that name a technology: "Unity-разработчик" is a developer of games with Unity."""
    found, plain = _technologies(tokens, backbone_vocabulary())
    return [] if found == [SQL] else [token for token in tokens if token not in plain]


@cache
def _role_index() -> AliasIndex:
    return AliasIndex.of(
        Alias(order, role)
        for role, aliases in _role_table()
        for alias in dict.fromkeys([role, *aliases])
        for order in _orders(_without_between(alias))
    )


def _orders(alias: str) -> list[str]:
    """An alias, and one of two words turned round too: iOS-разработчик and разработчик iOS."""
    words = alias.split()
    return [alias, " ".join(reversed(words))] if len(words) == 2 else [alias]


def _without_between(alias: str) -> str:
    """The alias as titles are read: a title says "в отдел" where the alias says "отдела"."""
    tokens, between = tokenise(alias), _words().between
    if not any(token.lemma in between for token in tokens):
        return alias
    return " ".join(token.word for token in tokens if token.lemma not in between)


@cache
def _role_words() -> frozenset[str]:
    """Silent words that begin or are a part of a role's name."""
    return frozenset(
        token.lemma
        for role, aliases in _role_table()
        for alias in (role, *aliases)
        for token in tokenise(_without_between(alias))
    )


@cache
def _role_table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = resources.files("salary_assets.clusters").joinpath("data/roles.csv").read_text(encoding="utf-8")
    rows = csv.reader(io.StringIO(text), delimiter=";", quoting=csv.QUOTE_NONE)
    return tuple((row[0], tuple(row[1].split("|"))) for row in rows if row and not row[0].startswith("#"))


@cache
def title_lists() -> Mapping[str, Any]:
    """The lists of data/titles.yaml, by name."""
    text = resources.files("salary_assets.clusters").joinpath("data/titles.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


@cache
def _words() -> _Words:
    raw = title_lists()
    sets = ("between", "place", "wide", "nameless", "vague", "built", "platforms", "changing")
    return _Words(
        silent=_split(raw["grades"]) | _split(raw["noise"]),
        ordinary=_split(raw["ordinary"]),
        aside=(frozenset(raw["vague"]) - frozenset(raw["built"])) | frozenset(raw["changing"]) | {DEVELOPER},
        databases=raw["databases"],
        broad=raw["broad"],
        telling=raw["telling"],
        **{name: frozenset[str](raw[name]) for name in sets},
    )


def _split(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())
