"""Names inside a sentence: what stands around them says where, how well or what for, and is no skill that is meant.

Each function looks at words alone and says where a name may begin or end; whether skills stand there, and all of it
is known, the reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from salary_assets.skills.index import is_noise
from salary_assets.skills.lexicon import lexicon
from salary_assets.skills.text import SOFT, Token

_TAILS = re.compile(
    r"(?:[,\s]+(?:и|а также))?[,\s/]+(?:т\.? ?[дп]|др|пр|проч[а-я]*|etc)\b\.?(?=\s*(?:$|[,;)]))"
    r"|[,\s]+(?:и|или|либо)\s+(?:(?:аналог|подобн|друг|ин(?:ы[емх]|ое))[а-я]*|новее|старше|младше)\s*$"
)
_AMONG_THEM = re.compile(r"[,\s]+\(?(?:в т\. ?ч|в том числе|а именно|including)\b[.:,]*", re.IGNORECASE)
_FOR_EXAMPLE = re.compile(r"[,\s]+\(?(?:например|так(?:ие|их|ими) как|таки[ем] как|such as)\b[.:,]*", re.IGNORECASE)
_HEADING = re.compile(r"[^,;|:\n]+:\s")
_UNDER = re.compile(r"\bпод управлением\b", re.IGNORECASE)
_NUMBER = re.compile(r"№\s*(?=\d)")
_EDITION = re.compile(r",?\s*\bред(?:\.|акци\w+)?\s*(?=\d)", re.IGNORECASE)
_SUFFICIENT = re.compile(r"\s*,?\s*\bдостаточн\w+ для\b[^,;]*", re.IGNORECASE)

PLACE = frozenset(["в", "во", "на", "под", "через", "посредством", "in", "via"])
"""Prepositions before the tool that something is done with."""

BY_MEANS = frozenset([
    ("на", "базе"), ("на", "основе"), ("на", "платформе"), ("с", "помощью"), ("с", "использованием"),
    ("с", "применением"), ("при", "помощи"),
])  # fmt: skip

MAKING = frozenset(["написание", "писать", "разработка", "разрабатывать", "доработка"])
"""Doing that makes a thing of the tool's own kind: macros in Excel."""

AROUND = PLACE | frozenset(["для", "с", "со", "по", "при", "for", "on", "with", "работа"])
"""What may begin, after a technology, words of where, how well or what for it is used."""


def without_asides(spelling: str) -> str:
    """The spelling without "etc.", "for example" and "No.", and with a comma for "among them"."""
    text = _EDITION.sub(" ", _SUFFICIENT.sub("", _NUMBER.sub("", spelling)))
    text = _FOR_EXAMPLE.sub(" ", _AMONG_THEM.sub(", ", _UNDER.sub("на", text)))
    return _TAILS.sub("", text)


def gives_examples(spelling: str) -> bool:
    """Whether names are introduced as examples of what is said before them."""
    return _FOR_EXAMPLE.search(spelling) is not None


def has_heading(spelling: str) -> bool:
    """Whether what stands before a colon says what is listed after it: "технологии: REST, SOAP"."""
    return _HEADING.match(spelling) is not None


def before_circumstance(tokens: Sequence[Token]) -> int | None:
    """Where Russian words begin that only say of a Latin name where, how well or what for: "Kubernetes в проде"."""
    at = next((place for place in range(1, len(tokens)) if tokens[place].word in AROUND), None)
    if at is None or len(tokens) - at < 2 or any(_is_name(token) for token in tokens[at:]):
        return None
    return at if any(_is_name(token) for token in tokens[:at]) else None


def named_tool(tokens: Sequence[Token]) -> int | None:
    """Where the tool begins that something told in Russian is done with: "фиксация требований в Confluence"."""
    for at in range(len(tokens) - 1, 1, -1):
        before = tokens[at - 1].word
        if before in PLACE or (at > 2 and (tokens[at - 2].word, before) in BY_MEANS):
            said = [token for place, token in enumerate(tokens[:at]) if not is_noise(tokens, place)]
            plain = [token for token in said if token.lemma in lexicon().actions]
            told = bool(said) and not any(_is_name(token) for token in said)
            # What is made with a tool is a trade of its own, and so is all that is set up in business software.
            trade = any(token.lemma in MAKING for token in plain) or (plain and tokens[at].lemma in lexicon().brands)
            named = any(map(_is_name, tokens[at:]))
            return at if told and not trade and named else None
    return None


def end_of_words(tokens: Sequence[Token]) -> int | None:
    """Where the Latin names begin that end a phrase of Russian words: "файловые системы ext4"."""
    at = next((place for place, token in enumerate(tokens) if _is_name(token)), None)
    if at is None or at == 0 or tokens[at].before != SOFT or not all(map(_is_name_or_version, tokens[at:])):
        return None
    return at


def end_of_names(tokens: Sequence[Token]) -> int | None:
    """Where the Russian words begin that follow Latin names at the beginning: "SEO мета-теги"."""
    at = next((place for place, token in enumerate(tokens) if not _is_name_or_version(token)), None)
    if at is None or at == 0 or tokens[at].before != SOFT or any(map(_is_name, tokens[at:])):
        return None
    return at


def _is_name(token: Token) -> bool:
    return (token.word.isascii() and not token.version) or token.word == "1с"


def _is_name_or_version(token: Token) -> bool:
    return token.word.isascii() or token.word == "1с"
