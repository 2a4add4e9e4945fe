"""PDF text by pdfium: its own reading order, unless a page has two columns, and without what nobody can see.

pdfium is native code and aborts the process when memory ends, so this runs only in the child process.
"""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from typing import Any

from salary_assets.resume.documents.types import MAX_CHARACTERS, MAX_PAGES, DocumentRefused

_DATE = re.compile(
    r"\b(19|20)\d{2}\b|\d+\s*(лет|год|мес|year|month)|настоящ|present"
    r"|^(янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)",
    re.IGNORECASE,
)
SMALLEST_POINTS = 3.0
PALE = 225
GUTTER_SHARE = 0.6
"""A gutter is a column gap only when it runs through this share of the text's height. From a set of real layouts:
less cuts the table of dates and jobs that hh.ru prints, more misses sidebars under a wide header."""


@dataclass(frozen=True)
class Run:
    """Neighbouring characters of one line; coordinates in points from the bottom left."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class PdfText:
    text: str
    pages: int
    columns: int
    hidden: tuple[str, ...]


def read_pdf(data: bytes) -> PdfText:
    """Text of every page. Raises DocumentRefused (`encrypted`, `damaged`, `too_many_pages`, `too_long`)."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise DocumentRefused("encrypted", "The PDF is protected by a password: save a copy without it.") from error
        raise DocumentRefused("damaged", "The PDF is damaged and cannot be opened: save it again.") from error
    count = len(document)
    if count > MAX_PAGES:
        raise DocumentRefused("too_many_pages", f"The PDF has {count} pages; a resume may have {MAX_PAGES}.")
    texts, hidden, columns, left = [], [], 1, MAX_CHARACTERS
    for number in range(count):
        page = document[number]
        text_page = page.get_textpage()
        characters = text_page.count_chars()
        left -= characters
        if left < 0:
            raise DocumentRefused("too_long", f"The PDF has more than {MAX_CHARACTERS} characters: not a resume.")
        shown, unseen = _visible(page, text_page, characters)
        text, page_columns = _in_reading_order(shown)
        texts.append(text)
        hidden += unseen
        columns = max(columns, page_columns)
    return PdfText("\n".join(texts), count, columns, tuple(hidden))


@dataclass(frozen=True)
class Glyph:
    """A character with its box in points; generated ones (spaces, line ends) have an empty box."""

    char: str
    left: float
    bottom: float
    right: float
    top: float


def _visible(page: Any, text_page: Any, count: int) -> tuple[list[Glyph], list[str]]:
    """Characters that a reader sees, and the passages that he does not: tiny, off the page, or pale on pale."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    canvas: Canvas | None = None
    shown: list[Glyph] = []
    unseen: list[str] = []
    in_hidden = False
    box = [ctypes.c_double() for _ in range(4)]
    color = [ctypes.c_uint() for _ in range(4)]
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        char = chr(code) if code else ""
        pdfium.FPDFText_GetCharBox(text_page, index, box[0], box[1], box[2], box[3])
        glyph = Glyph(char, box[0].value, box[2].value, box[1].value, box[3].value)
        if char.isspace() or not char or glyph.right <= glyph.left:
            if in_hidden:
                unseen[-1] += " "
            else:
                shown.append(glyph)
            continue
        pdfium.FPDFText_GetFillColor(text_page, index, color[0], color[1], color[2], color[3])
        pale = min(part.value for part in color[:3]) >= PALE or color[3].value < 30
        off_page = glyph.right < 0 or glyph.left > width or glyph.top < 0 or glyph.bottom > height
        hidden = off_page or _points(pdfium, text_page, index) < SMALLEST_POINTS
        if pale and not hidden:
            canvas = canvas or Canvas(page)
            hidden = canvas.is_flat(glyph, height)
        if hidden:
            if not in_hidden:
                unseen.append("")
            unseen[-1] += char
        else:
            shown.append(glyph)
        in_hidden = hidden
    return shown, [" ".join(passage.split()) for passage in unseen if passage.strip()]


def _points(pdfium: Any, text_page: Any, index: int) -> float:
    """Size of a character on the page: its font size under the text's own scale."""
    matrix = pdfium.FS_MATRIX()
    size = float(pdfium.FPDFText_GetFontSize(text_page, index))
    if pdfium.FPDFText_GetMatrix(text_page, index, matrix):
        return float(size * max(abs(matrix.d), abs(matrix.b)))
    return size


class Canvas:
    """The page as drawn, to see whether pale letters stand out from what is behind them."""

    scale = 2.0

    def __init__(self, page: Any) -> None:
        bitmap = page.render(scale=self.scale, grayscale=True)
        self.width, self.height, self.stride = bitmap.width, bitmap.height, bitmap.stride
        self.pixels = bytes(bitmap.buffer)

    def is_flat(self, glyph: Glyph, page_height: float) -> bool:
        """Whether the character's box is of one shade."""
        left = max(0, int(glyph.left * self.scale))
        right = min(self.width, int(glyph.right * self.scale) + 1)
        top = max(0, int((page_height - glyph.top) * self.scale))
        bottom = min(self.height, int((page_height - glyph.bottom) * self.scale) + 1)
        rows = [self.pixels[row * self.stride + left : row * self.stride + right] for row in range(top, bottom)]
        shades = [shade for row in rows for shade in row]
        return not shades or max(shades) - min(shades) < 12


def _in_reading_order(glyphs: list[Glyph]) -> tuple[str, int]:
    runs = _runs(glyphs)
    gutter = _gutter(runs)
    if gutter is None:
        return "".join(glyph.char for glyph in glyphs), 1
    x, low, high = gutter
    above = [run for run in runs if run.bottom >= high]
    below = [run for run in runs if run.top <= low]
    between = [run for run in runs if run.bottom < high and run.top > low]
    left = [run for run in between if run.right <= x]
    right = [run for run in between if run.left >= x]
    rest = [run for run in between if run.left < x < run.right]
    return "\n".join(_lines(part) for part in (above, left, right, rest, below) if part), 2


def _runs(glyphs: list[Glyph]) -> list[Run]:
    """Characters joined while they follow each other on a line without a wide gap."""
    runs: list[list[Glyph]] = []
    current: list[Glyph] = []
    for glyph in glyphs:
        if glyph.char in "\r\n" or not glyph.char:
            runs.append(current)
            current = []
            continue
        drawn = [one for one in current if one.right > one.left]
        if drawn and glyph.right > glyph.left:
            last = drawn[-1]
            size = max(last.top - last.bottom, glyph.top - glyph.bottom, 4.0)
            if glyph.left - last.right > 2.2 * size or abs(glyph.bottom - last.bottom) > 1.5 * size:
                runs.append(current)
                current = []
        current.append(glyph)
    runs.append(current)
    return [run for run in map(_run, runs) if run is not None]


def _run(glyphs: list[Glyph]) -> Run | None:
    drawn = [glyph for glyph in glyphs if glyph.right > glyph.left and not glyph.char.isspace()]
    text = "".join(glyph.char for glyph in glyphs).strip()
    if not drawn or not text:
        return None
    return Run(
        text,
        min(glyph.left for glyph in drawn),
        min(glyph.bottom for glyph in drawn),
        max(glyph.right for glyph in drawn),
        max(glyph.top for glyph in drawn),
    )


def _lines(runs: list[Run]) -> str:
    """Runs of one column in their own order, those of one height on one line."""
    text = ""
    for previous, run in zip([None, *runs], runs, strict=False):
        if previous is not None:
            same_line = abs(previous.bottom - run.bottom) < 0.5 * max(run.top - run.bottom, 4.0)
            text += " " if same_line and run.left > previous.left else "\n"
        text += run.text
    return text


def _gutter(runs: list[Run]) -> tuple[float, float, float] | None:
    """A vertical gap between two columns of text as (x, lowest y, highest y), or None.

    Not where the left column is mostly dates: that is a table of jobs, read row by row.
    """
    if len(runs) < 12:
        return None
    left_edge, right_edge = min(run.left for run in runs), max(run.right for run in runs)
    low, high = min(run.bottom for run in runs), max(run.top for run in runs)
    best: tuple[float, float, float] | None = None
    best_extent = GUTTER_SHARE * (high - low)
    for step in range(20, 81):
        x = left_edge + (right_edge - left_edge) * step / 100
        crossing = sorted((run.top, run.bottom) for run in runs if run.left - 2 < x < run.right + 2)
        edges = [low, *(edge for top, bottom in crossing for edge in (bottom, top)), high]
        extent, start, end = max((upper - lower, lower, upper) for lower, upper in _gaps(edges))
        if extent > best_extent and _two_columns(runs, x, start, end):
            best, best_extent = (x, start, end), extent
    return best


def _gaps(edges: list[float]) -> list[tuple[float, float]]:
    """Uncrossed stretches: from each crossing's top to the next one's bottom."""
    pairs = list(zip(edges[::2], edges[1::2], strict=True))
    return [(lower, max(lower, upper)) for lower, upper in pairs]


def _two_columns(runs: list[Run], x: float, low: float, high: float) -> bool:
    left = [run for run in runs if run.right <= x and low <= run.bottom and run.top <= high + 1]
    right = [run for run in runs if run.left >= x and low <= run.bottom and run.top <= high + 1]
    if min(len(left), len(right)) < 5:
        return False
    dates = sum(bool(_DATE.search(run.text)) for run in left)
    return dates < 0.5 * len(left)
