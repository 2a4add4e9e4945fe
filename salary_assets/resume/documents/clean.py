"""Text as people see it: one form of each character, nothing invisible, and a test that it is text at all."""

from __future__ import annotations

import re
import unicodedata

from salary_assets.resume.documents.types import MAX_CHARACTERS, DocumentRefused

_SOFT_BREAKS = re.compile("[\u00ad\ufffe\u0002]\\s*\n?")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_WORD = re.compile(r"[^\W\d_]{3,}")
_VOWEL = re.compile("[aeiouyаеёиоуыэюяіїє]", re.IGNORECASE)


_LATIN_ALIKE, _CYRILLIC_ALIKE = "ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху"
_TO_CYRILLIC = str.maketrans(_LATIN_ALIKE, _CYRILLIC_ALIKE)
_TO_LATIN = str.maketrans(_CYRILLIC_ALIKE, _LATIN_ALIKE)
_MIXED = re.compile("[A-Za-z]*(?:[A-Za-z][А-Яа-яЁё]|[А-Яа-яЁё][A-Za-z])[A-Za-zА-Яа-яЁё]*")


def clean_text(text: str) -> tuple[str, bool]:
    """The text in NFKC with ordinary spaces, words in one alphabet and no invisible characters; and whether it was
    cut at the limit."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SOFT_BREAKS.sub("", text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char) != "Cc" or char == "\t")
    text = _MIXED.sub(_one_alphabet, text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()
    return text[:MAX_CHARACTERS], len(text) > MAX_CHARACTERS


def _one_alphabet(word: re.Match[str]) -> str:
    """A word of two alphabets in the one that its other letters belong to (`Oпыт` typed with a Latin O); one that
    has letters of its own from both stays."""
    letters = word[0]
    own_latin = any(char.isascii() and char not in _LATIN_ALIKE for char in letters)
    own_cyrillic = any(not char.isascii() and char not in _CYRILLIC_ALIKE for char in letters)
    if own_latin == own_cyrillic:
        return letters
    return letters.translate(_TO_LATIN if own_latin else _TO_CYRILLIC)


def require_readable(raw: str, pages: int | None) -> None:
    """Refuse what is not text: scans, and PDFs whose fonts do not say which letters they draw.

    Thresholds are from 42 files: control or unassigned characters are 0.39 to 0.52 of broken ones and at most 0.01
    of good ones; 0.40 of the words of broken Cyrillic have a vowel, at least 0.94 of good ones.
    Raises DocumentRefused (`no_text`).
    """
    visible = [char for char in raw if not char.isspace()]
    words = _WORD.findall(raw)
    strange = sum(unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs") for char in visible)
    letters = sum(char.isalpha() for char in visible)
    vowels = sum(bool(_VOWEL.search(word)) for word in words)
    too_little = len(visible) < (80 if pages is None else 200 * min(pages, 1))
    if (
        too_little
        or strange > 0.05 * len(visible)
        or letters < 0.5 * len(visible)
        or (len(words) > 20 and vowels < 0.8 * len(words))
    ):
        raise DocumentRefused(
            "no_text",
            "The file holds no readable text, or a few words at most: it is a scan, or its fonts hide the letters."
            " Save the resume from the editor as DOCX, or as PDF with selectable text, and upload that.",
        )
