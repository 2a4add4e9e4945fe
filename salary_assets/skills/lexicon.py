"""Words that say nothing of which skill is meant: data/lexicon.yaml, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import yaml


@dataclass(frozen=True)
class Lexicon:
    """The closed word lists of the phrase rules; what each is for stands in data/lexicon.yaml."""

    conjunctions: frozenset[str]
    silent: frozenset[str]
    head_nouns: frozenset[str]
    fields: frozenset[str]
    actions: frozenset[str]
    surroundings: frozenset[str]
    modifiers: frozenset[str]
    wares: frozenset[str]
    vendors: frozenset[str]
    brands: frozenset[str]
    language_levels: frozenset[str]
    norm_markers: frozenset[str]
    only_of_qualifiers: frozenset[str]
    light_actions: frozenset[str]
    not_plural: frozenset[str]
    yielding: frozenset[str]
    lemmas: dict[str, str]

    @cached_property
    def plain(self) -> frozenset[str]:
        """Words of doing, of surroundings, and nouns of a sort: none of them names a skill by itself."""
        return self.actions | self.surroundings | self.head_nouns

    @cached_property
    def sorts(self) -> frozenset[str]:
        """Nouns of a sort that are neither a doing nor surroundings."""
        return self.head_nouns - self.actions - self.surroundings


@cache
def lexicon() -> Lexicon:
    """The packaged word lists. Raises KeyError when a list is missing from the file."""
    text = resources.files("salary_assets.skills").joinpath("data/lexicon.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)

    def words(name: str) -> frozenset[str]:
        entries = raw[name]
        return frozenset(word for entry in entries for word in str(entry).split())

    return Lexicon(
        conjunctions=words("conjunctions"),
        silent=words("stopwords") | words("qualifiers"),
        head_nouns=words("head_nouns"),
        fields=words("fields"),
        actions=words("actions"),
        surroundings=words("surroundings"),
        modifiers=words("modifiers"),
        wares=words("wares"),
        vendors=words("vendors"),
        brands=words("brands"),
        language_levels=words("language_levels"),
        norm_markers=words("norm_markers"),
        only_of_qualifiers=words("only_of_qualifiers"),
        light_actions=words("light_actions"),
        not_plural=words("not_plural"),
        yielding=frozenset(raw["yielding"]),
        lemmas={str(form): str(base) for form, base in raw["lemmas"].items()},
    )
