"""A job title as what it says of the job: roles, technologies and other words, without grade, place and chatter."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

import yaml

from salary_assets.skills.index import Alias, AliasIndex
from salary_assets.skills.side_by_side import TECHNOLOGIES
from salary_assets.skills.text import COMMA, CONJ, SOFT, Token, tokenise
from salary_assets.skills.vocabulary import Vocabulary, backbone_vocabulary

_BRACKETS = re.compile(r"[\[({«\"“].*?[\])}»\"”]")


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
    def head(self) -> str | None:
        """Roles and technologies alone, where they say enough: a narrow role, or any role with a technology."""
        if not self.roles or (set(self.roles) <= _words().wide and not self.technologies):
            return None
        return " | ".join(" ".join(sorted(part)) for part in (self.roles, self.technologies) if part)


@dataclass(frozen=True)
class _Words:
    silent: frozenset[str]
    between: frozenset[str]
    wide: frozenset[str]
    ordinary: frozenset[str]


def wide_roles() -> frozenset[str]:
    """Roles that say nothing of the job by themselves: specialist, manager, engineer."""
    return _words().wide


@lru_cache(maxsize=200_000)
def read_title(title: str) -> Title:
    """Read a title. Brackets count where they name a technology, or a role that the rest leaves open."""
    whole = tokenise(title)
    bare = tokenise(_BRACKETS.sub(" ", title))
    inside = [token for token in whole if token not in bare]
    vocabulary = backbone_vocabulary()
    roles, left = _roles(bare)
    technologies, rest = _technologies(left, vocabulary)
    explained, inside = _roles(inside)
    if set(roles) <= _words().wide:
        roles = [*roles, *explained]
    aside, _ = _technologies(inside, vocabulary)
    silent = _words().silent
    words = [token.lemma for token in rest if not token.version and not {token.lemma, token.word} & silent]
    return Title(
        _most_specific(roles),
        tuple(sorted({*technologies, *aside})),
        tuple(sorted(set(words))),
    )


def _most_specific(roles: Sequence[str]) -> tuple[str, ...]:
    """Roles without those that another role implies: any role implies a wide one, бэкенд-разработчик a разработчик."""
    once = dict.fromkeys(roles)
    narrow = [role for role in once if role not in _words().wide] or list(once)
    return tuple(role for role in narrow if not any(other != role and other.endswith(role) for other in narrow))


def _roles(tokens: Sequence[Token]) -> tuple[list[str], list[Token]]:
    """Roles named, longest match first, and the tokens left over."""
    words = _words()
    kept = [
        token if token.before in (COMMA, CONJ) else replace(token, before=SOFT)
        for token in tokens
        if token.lemma not in words.between and (token.lemma not in words.silent or token.lemma in _role_words())
    ]
    index = _role_index()
    roles: list[str] = []
    left: list[Token] = []
    position = 0
    while position < len(kept):
        found = index.starting_at(kept, position)
        if found:
            stop, role = found[0]
            roles.append(role)
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


@cache
def _role_index() -> AliasIndex:
    return AliasIndex.of(
        Alias(_without_between(alias), role)
        for role, aliases in _role_table()
        for alias in dict.fromkeys([role, *aliases])
    )


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
def _words() -> _Words:
    text = resources.files("salary_assets.clusters").joinpath("data/titles.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    silent = frozenset(word for name in ("grades", "noise") for line in raw[name] for word in line.split())
    ordinary = frozenset(word for line in raw["ordinary"] for word in line.split())
    return _Words(silent, frozenset(raw["between"]), frozenset(raw["wide"]), ordinary)
