"""Plain reading of messy text: markup marks, invisible characters and look-alike letters out, offsets kept.

Rules match on `Flat.text` (lower case, one kind of dash and space); `Flat.origin` gives back the place in the
text as it was written, so that evidence quotes the ad and not our copy of it.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_MARKS = re.compile(rf"[{_INVISIBLE}*_~`\]]+(?:(?<=\])\((?:https?|tg|mailto)[^)\s]*\))?")
"""Runs of invisible characters (zero width, direction marks, variation selectors) and Markdown's marks, and the
target of a Markdown link. One character class in front keeps the search fast."""

_PLAIN_MARK = re.compile(r"[*_~\]]\]*")
"""A single star, underline or bracket is a bullet, a name or a list, not a mark."""

_ADDRESS = re.compile(r"(?:https?://|www\.|tg://)[^\s)\]>]+")
_COMPOSED = {"и\u0306": "й", "И\u0306": "Й", "е\u0308": "ё", "Е\u0308": "Ё"}
_COMBINING = re.compile("|".join(_COMPOSED))

_SINGLE = {
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\r", " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\u207b\ufe58\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2028\u2029\x0b\x0c\x85", "\n"),
    **dict.fromkeys("’ʼ`´‘", "'"),
    **dict.fromkeys("“”„«»″", '"'),
    "…": ".",
    "İ": "I",
    **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
    **{chr(0x1D7CE + i): str(i % 10) for i in range(50)},
    **{chr(first + i): chr(ord("A") + i) for first in range(0x1D400, 0x1D6A4, 52) for i in range(26)},
    **{chr(first + 26 + i): chr(ord("a") + i) for first in range(0x1D400, 0x1D6A4, 52) for i in range(26)},
}
_TRANSLATION = str.maketrans(_SINGLE)
_USUAL = ("\u00a0", "\u2009", "\u202f", "\t", "\r", "\u2013", "\u2014", "\u2011", "…", "«", "»", "“", "”", "’")
"""Characters that most texts have: replacing each is far cheaper than translating the whole text."""

_UNUSUAL = re.compile(
    "[\u1680\u2000-\u2008\u200a\u205f\u3000\u2010\u2012\u2015\u2212\u2043\u207b\ufe58\ufe63"
    "\u2028\u2029\x0b\x0c\x85\u2018\u02bc\u00b4\u201e\u2033\u0130\uff01-\uff5e\U0001d400-\U0001d7ff]"
)

_LATIN_FOR = dict(zip("асеорхукмтвнігзь", "aceopxykmtbhirзь", strict=True)) | {"ѕ": "s", "ј": "j", "ԁ": "d"}
_TO_LATIN = str.maketrans({key: value for key, value in _LATIN_FOR.items() if value.isascii()})
_TO_CYRILLIC = str.maketrans("aceopxykmtbhir", "асеорхукмтвніг")
_LATIN_LOOKALIKES = frozenset("aceopxykmtbhi")
_CYRILLIC_LOOKALIKES = frozenset("асеорхукмтвнійѕјԁ") - {"й"}
_MIXED_HINT = re.compile(r"[a-z](?:(?=[а-яёіѕјԁ])|(?<=[а-яёіѕјԁ].))")
_MIXED = re.compile(r"[a-zа-яёіѕјԁ]*(?:[a-z][а-яёіѕјԁ]|[а-яёіѕјԁ][a-z])[a-zа-яёіѕјԁ]*")


@dataclass(frozen=True)
class Flat:
    """A text made plain. `text[i]` was at `origin(i)` of the original.

    text: lower case, look-alike letters of mixed words brought to one alphabet.
    cased: the same characters before lower-casing, equally long.
    """

    text: str
    cased: str
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def origin(self, index: int) -> int:
        """Place in the original of the character at `index` of the plain text."""
        if not self._starts:
            return index
        return index + self._shifts[bisect.bisect_right(self._starts, index)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original's half-open span for a half-open, non-empty span of the plain text."""
        return self.origin(start), self.origin(end - 1) + 1


def flatten(text: str) -> Flat:
    """Plain, lower-case reading of `text` with the way back to its offsets. Never raises."""
    pieces, starts, shifts = _kept(text)
    cased = "".join(pieces) if pieces else text
    for char in _USUAL:
        cased = cased.replace(char, _SINGLE[char])
    if _UNUSUAL.search(cased):
        cased = cased.translate(_TRANSLATION)
    lower = cased.lower()
    if len(lower) != len(cased):
        lower = "".join(low if len(low := char.lower()) == 1 else char for char in cased)
    if _MIXED_HINT.search(lower):
        lower = _MIXED.sub(_one_alphabet, lower)
    return Flat(lower, cased, starts, shifts)


def _kept(text: str) -> tuple[list[str], tuple[int, ...], tuple[int, ...]]:
    """Pieces of the text that stay, and how far each is from its place in the original."""
    cuts = [
        (found.start(), found.end(), "") for found in _MARKS.finditer(text) if not _PLAIN_MARK.fullmatch(found.group())
    ]
    if "://" in text or "www." in text:
        cuts += [(found.start(), found.end(), " ") for found in _ADDRESS.finditer(text)]
    if "\u0306" in text or "\u0308" in text:
        cuts += [(found.start(), found.end(), _COMPOSED[found.group()]) for found in _COMBINING.finditer(text)]
    if not cuts:
        return [], (), ()
    cuts.sort()
    pieces, starts, shifts = [], [], [0]
    position = flat_length = 0
    for start, end, instead in cuts:
        if start < position:
            continue
        pieces += [text[position:start], instead]
        flat_length += start - position + len(instead)
        position = end
        starts.append(flat_length)
        shifts.append(end - flat_length)
    pieces.append(text[position:])
    return pieces, tuple(starts), tuple(shifts)


def _one_alphabet(word: re.Match[str]) -> str:
    letters = word.group()
    cyrillic = {char for char in letters if char > "\u03ff"}
    latin = set(letters) - cyrillic
    if cyrillic <= _CYRILLIC_LOOKALIKES and not latin <= _LATIN_LOOKALIKES:
        return letters.translate(_TO_LATIN)
    if latin <= _LATIN_LOOKALIKES and not cyrillic <= _CYRILLIC_LOOKALIKES:
        return letters.translate(_TO_CYRILLIC)
    if cyrillic <= _CYRILLIC_LOOKALIKES and latin <= _LATIN_LOOKALIKES:
        more_latin = sum(char in latin for char in letters) * 2 >= len(letters)
        return letters.translate(_TO_LATIN if more_latin else _TO_CYRILLIC)
    return letters
