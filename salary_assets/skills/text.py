"""Characters and tokens of a spelling: one normal form for scripts, case, punctuation and Russian inflection.

Symbols that tell skills apart stay in the token (`c++`, `c#`); all others only say how strongly two tokens
are kept apart: `joined` (dash, dot), `soft` (space), `conj` (and, or), `slash` (/ + &), `paren`, `comma` (, ; | line).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from salary_assets.skills.lexicon import lexicon

CYRILLIC_TO_LATIN = str.maketrans("авекмнорстухіѕј", "abekmhopctyxisj")
LATIN_TO_CYRILLIC = str.maketrans("abekmhopctyx", "авекмнорстух")
_LATIN_LOOKALIKES = frozenset("abcehkmoptyx")
_CYRILLIC_LOOKALIKES = frozenset("авекмнорстух")
"""Letters drawn alike in both scripts (Unicode confusables, lower case)."""

JOINED, SOFT, CONJ, SLASH, PAREN, COMMA = "joined", "soft", "conj", "slash", "paren", "comma"
_STRENGTH = {JOINED: 0, SOFT: 1, CONJ: 2, SLASH: 3, PAREN: 4, COMMA: 5}

_PLAIN = re.compile(r"[ -~А-Яа-яЁё]*")
"""Texts of these characters alone have nothing to normalise."""
_WORD = re.compile(r"[a-zа-яё0-9]+(?:\+\+|#)?", re.IGNORECASE)
_ONE_C_APART = re.compile(r"(?<![\w.,/-])1[ :-]{1,2}(?:[СC](?![\w+#])|с(?=\s*(?:$|[^\w\s]|\d)))")
_ONE_C = re.compile(r"^1[cс](?=\D|8|7|$)", re.IGNORECASE)
_COMMA_MARKS = re.compile(r"[;|•·●▪\n\r\t]|,(?!\d)|(?<!\b1[сСcC]):\s|(?<=\w)\.\s+(?=[A-ZА-ЯЁ])")
_SLASH_MARKS = re.compile(r"[/\\+&]|\s[-–—]\s")
_INITIALS = re.compile(r"\b[^\W\d]&[^\W\d]\b")
_VERSION = re.compile(r"^(?:v?\d+[xх]?|[xхv]|\d+(?:th|st|й|го|ый|ая)|r\d|sp\d|lts|1\d[cgс]|20\d\dr2|cs[2-6])$")
_CAMEL = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])|(?<=[A-Za-z])(?=[А-Яа-я])")


KEPT = 400_000
"""Spellings and words that are remembered: twice as many as a large market has. What is read in order, twice, finds
nothing in a cache that is smaller than itself; a service that is asked new things for ever must not grow for ever."""


class Token(NamedTuple):
    """One word of a spelling.

    word: case folded, homoglyphs repaired.
    lemma: dictionary form of a Russian word, singular of an English one.
    raw: as written, for what its capitals say.
    before: how it is kept apart from the token before it.
    silent: a stopword or qualifier.
    version: a number or version mark.
    """

    word: str
    lemma: str
    raw: str
    before: str
    silent: bool = False
    version: bool = False

    def first(self) -> Token:
        """The token as one that begins a piece."""
        return self if self.before == SOFT else self._replace(before=SOFT)


def clean(spelling: str) -> str:
    """NFKC, one kind of dash and quote, no invisible characters, single spaces; case is kept."""
    text = spelling if _PLAIN.fullmatch(spelling) else _normalised(spelling)
    text = re.sub(r"(?<=[A-Za-z])['’`´]s?\b", "", text)
    text = _ONE_C_APART.sub("1С", text)
    return re.sub(r"[ \f\v]+", " ", text).strip()


def _normalised(spelling: str) -> str:
    text = unicodedata.normalize("NFKC", spelling)
    text = "".join(" " if unicodedata.category(char) in ("Zs", "Zl", "Zp") else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Co", "Cn", "So"))
    return re.sub(r"[‐‑‒–—−]", "-", text)


@lru_cache(KEPT)
def tokenise(spelling: str) -> tuple[Token, ...]:
    """The tokens of a spelling, with how each is kept apart from the one before. Empty for no letter or digit."""
    text = clean(spelling)
    tokens: list[Token] = []
    end, pending = 0, JOINED
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        pending = _stronger(pending, SOFT if between == " " else _separator(between, text, end, match.start()))
        end = match.end()
        raw = match.group()
        pieces = _read_word(raw)
        if tokens and pieces[0].word in lexicon().conjunctions:
            pending = _stronger(pending, CONJ)
            continue
        for index, piece in enumerate(pieces):
            silent = piece.silent and not _is_product(piece.word, piece.raw, tokens)
            tokens.append(piece._replace(before=SOFT if index else pending, silent=silent))
        pending = JOINED
    return tuple(tokens)


@lru_cache(KEPT)
def _read_word(raw: str) -> tuple[Token, ...]:
    """What a word is wherever it stands; the platform 1С is a token of its own."""
    word = repair_script(raw.lower().replace("ё", "е"))
    return tuple(
        Token(
            piece,
            base := lemma(piece),
            piece_raw,
            SOFT,
            not lexicon().silent.isdisjoint((piece, base)),
            _VERSION.match(piece) is not None,
        )
        for piece, piece_raw in _one_c_apart(word, raw)
    )


def repair_script(word: str) -> str:
    """A word that mixes Latin and Cyrillic letters drawn alike -> the script of its unambiguous letters."""
    cyrillic = [char for char in word if "а" <= char <= "я"]
    latin = [char for char in word if "a" <= char <= "z"]
    if word[-1] in "+#" and cyrillic and not latin:
        return word.translate(CYRILLIC_TO_LATIN)
    if not cyrillic or not latin:
        return word
    if all(char in _CYRILLIC_LOOKALIKES for char in cyrillic):
        return word.translate(CYRILLIC_TO_LATIN)
    if all(char in _LATIN_LOOKALIKES for char in latin):
        return word.translate(LATIN_TO_CYRILLIC)
    return word


def latin_twin(token: Token) -> str | None:
    """A Cyrillic word made only of letters that have a Latin double -> that Latin word ("тсР" -> "tcp").

    A Russian word ("арт", "сам") has none, unless it is in capitals, as names are.
    """
    letters = [char for char in token.word if char.isalpha()]
    if not letters or not all(char in _CYRILLIC_LOOKALIKES for char in letters):
        return None
    if is_dictionary_word(token.word) and not token.raw.isupper():
        return None
    return token.word.translate(CYRILLIC_TO_LATIN)


def camel_pieces(raw: str) -> list[str]:
    """`DjangoORM` -> [django, orm]; one piece where capitals say nothing."""
    return [piece.lower() for piece in _CAMEL.split(raw)]


@lru_cache(KEPT)
def lemma(word: str) -> str:
    """Dictionary form: of a Russian word by pymorphy3, of an English plural by its -s; anything else unchanged."""
    if re.fullmatch(r"[а-я]+", word):
        return lexicon().lemmas.get(word) or _russian_lemma(word)
    plural = len(word) >= 5 and word.isascii() and word.isalpha() and word.endswith("s")
    if plural and not word.endswith(("ss", "us", "is")) and word not in lexicon().not_plural:
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 5 else word[:-1]
    return word


def script_of(spelling: str) -> str:
    """`ru`, `en`, `mixed`, or `other` where there is no letter: the languages of the words left after repair."""
    words = [token.word for token in tokenise(spelling)]
    cyrillic = any("а" <= char <= "я" for word in words for char in word)
    latin = any("a" <= char <= "z" for word in words for char in word)
    if cyrillic and latin:
        return "mixed"
    if cyrillic:
        return "ru"
    return "en" if latin else "other"


@lru_cache(KEPT)
def is_dictionary_word(word: str) -> bool:
    """Whether a word is one of the Russian dictionary, rather than a name or a borrowing that it lacks."""
    return re.fullmatch(r"[а-я]+", word) is not None and bool(_analyzer().word_is_known(word))


@lru_cache(KEPT)
def is_noun(word: str) -> bool:
    """Whether a Russian dictionary form is that of a noun."""
    return re.fullmatch(r"[а-я]+", word) is not None and _analyzer().parse(word)[0].tag.POS == "NOUN"


@lru_cache(KEPT)
def may_be_object(word: str) -> bool:
    """Whether a Russian word is a noun in the genitive or instrumental: what the noun before it is done to or with."""
    if not re.fullmatch(r"[а-я]+", word):
        return False
    tag = _analyzer().parse(word)[0].tag
    return tag.POS == "NOUN" and tag.case in ("gent", "ablt")


@cache
def _analyzer():  # type: ignore[no-untyped-def]
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


def _russian_lemma(word: str) -> str:
    parse = _analyzer().parse(word)[0]
    form: str = parse.normal_form
    return form.replace("ё", "е")


def _one_c_apart(word: str, raw: str) -> list[tuple[str, str]]:
    """`1cerp` -> `1с`, `erp`; the platform is written with either letter, glued or not."""
    match = _ONE_C.match(word)
    if match is None:
        return [(word, raw)]
    rest = [] if match.end() == len(word) else [(word[match.end() :], raw[match.end() :])]
    return [("1с", raw[: match.end()]), *rest]


def _is_product(word: str, raw: str, before: list[Token]) -> bool:
    """Whether a word is 1С:ДО rather than the preposition: in capitals or right after the platform."""
    return word == "до" and (raw.isupper() or (bool(before) and before[-1].word == "1с"))


def _stronger(left: str, right: str) -> str:
    return left if _STRENGTH[left] >= _STRENGTH[right] else right


def _separator(between: str, text: str, start: int, stop: int) -> str:
    window = text[max(start - 2, 0) : stop + 1]
    if _COMMA_MARKS.search(window):
        return COMMA
    if "(" in between or ")" in between or "[" in between or "]" in between:
        return PAREN
    if between == "&" and _INITIALS.search(window):
        return JOINED
    if _SLASH_MARKS.search(f" {between} " if between.strip() == "-" and " " in between else between):
        return SLASH
    return SOFT if " " in between or not between else JOINED
