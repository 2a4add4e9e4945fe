"""DOCX text by a small reader of our own: the archive is measured before it is inflated, entities are refused.

Reads headers, body, text boxes, content controls, insertions and footers; leaves deletions out; tells hidden runs
apart, which every general reader we tried returns as ordinary text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from salary_assets.resume.documents.types import (
    MAX_CHARACTERS,
    MAX_INFLATED_BYTES,
    MAX_ZIP_ENTRIES,
    MAX_ZIP_RATIO,
    DocumentRefused,
)

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARTS = re.compile(r"word/(header\d*|document|footer\d*)\.xml")
_ORDER = {"header": 0, "document": 1, "footer": 2}
_BOXES = {f"{_W}tc": "tcPr", f"{_W}p": "pPr", f"{_W}tbl": "tblPr"}
_LIGHT = (None, "auto", "FFFFFF")
TINY_HALF_POINTS = 5


@dataclass(frozen=True)
class DocxText:
    text: str
    hidden: tuple[str, ...]


def read_docx(data: bytes) -> DocxText:
    """Text of a Word document. Raises DocumentRefused (`damaged`, `not_word`, `archive_bomb`, `unsafe_xml`)."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise DocumentRefused("damaged", "The DOCX is damaged and cannot be opened: save it again.") from error
    _require_modest(entries)
    names = [name for name in archive.namelist() if _PARTS.fullmatch(name)]
    if "word/document.xml" not in names:
        raise DocumentRefused("not_word", "This archive is not a Word document: save the resume as DOCX or PDF.")
    names.sort(key=lambda name: (_ORDER[name.removeprefix("word/").rstrip("0123456789.xml")], name))
    walker = Walker()
    budget = MAX_INFLATED_BYTES
    for name in names:
        content = _inflate(archive, name, budget)
        budget -= len(content)
        walker.part(_parse(content))
    return DocxText(walker.text(), tuple(walker.hidden_passages()))


def _require_modest(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ZIP_ENTRIES:
        raise DocumentRefused("archive_bomb", f"The file holds {len(entries)} parts: not an ordinary document.")
    inflated = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if inflated > MAX_INFLATED_BYTES or (inflated > 1_000_000 and inflated > MAX_ZIP_RATIO * max(packed, 1)):
        raise DocumentRefused("archive_bomb", "The file unpacks to far more than a resume can hold.")


def _inflate(archive: zipfile.ZipFile, name: str, budget: int) -> bytes:
    """The part's bytes, counted while they come: sizes in the archive's header may lie."""
    try:
        with archive.open(name) as part:
            content = part.read(budget + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise DocumentRefused("damaged", "The DOCX is damaged or protected: save a copy without a password.") from error
    if len(content) > budget:
        raise DocumentRefused("archive_bomb", "The file unpacks to far more than a resume can hold.")
    return content


def _parse(content: bytes) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise DocumentRefused("unsafe_xml", "The DOCX declares entities, which no editor writes: refused.") from error
    except (ParseError, ValueError) as error:
        raise DocumentRefused("damaged", "The DOCX is damaged and cannot be read: save it again.") from error
    return root


@dataclass(frozen=True)
class Setting:
    """What a run inherits: whether it stands inside hidden text, and whether something dark may be behind it."""

    hidden: bool = False
    shaded: bool = False


class Walker:
    """Collects text in document order; rows of a table stay together, a paragraph is a line."""

    def __init__(self) -> None:
        self._shown: list[str] = []
        self._hidden: list[str] = []
        self._count = 0

    def part(self, root: Element) -> None:
        """One XML part. The tree is walked with an explicit stack: nesting costs no recursion."""
        stack: list[tuple[Element, Setting] | None] = [(root, Setting())]
        while stack:
            item = stack.pop()
            if item is None:
                self._say("\n", False)
                continue
            node, setting = item
            if node.tag in (f"{_W}del", f"{_W}moveFrom", _FALLBACK):
                continue
            setting = _inherit(node, setting)
            self._leaf(node, setting.hidden)
            if node.tag in (f"{_W}p", f"{_W}tr"):
                stack.append(None)
            stack.extend((child, setting) for child in reversed(list(node)))
        self._say("\n", False)

    def _leaf(self, node: Element, hidden: bool) -> None:
        if node.tag == f"{_W}t":
            self._say(node.text or "", hidden)
        elif node.tag == f"{_W}tab":
            self._say("\t", hidden)
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            self._say("\n", hidden)

    def _say(self, text: str, hidden: bool) -> None:
        self._count += len(text)
        if self._count > 2 * MAX_CHARACTERS:
            raise DocumentRefused("too_long", f"The file has more than {MAX_CHARACTERS} characters: not a resume.")
        if hidden:
            self._hidden.append(text)
            return
        if text.strip():
            self._hidden.append("\n")
        self._shown.append(text)

    def text(self) -> str:
        return "".join(self._shown)

    def hidden_passages(self) -> Iterator[str]:
        """Hidden text, one passage for each unbroken stretch."""
        for passage in "".join(self._hidden).split("\n"):
            if passage.strip():
                yield " ".join(passage.split())


def _inherit(node: Element, setting: Setting) -> Setting:
    if node.tag == f"{_W}r":
        return Setting(setting.hidden or _is_hidden(node, setting.shaded), setting.shaded)
    properties = node.find(f"{_W}{_BOXES[node.tag]}") if node.tag in _BOXES else None
    shading = None if properties is None else properties.find(f"{_W}shd")
    if node.tag == f"{_W}txbxContent" or (shading is not None and shading.get(f"{_W}fill") not in _LIGHT):
        return Setting(setting.hidden, shaded=True)
    return setting


def _is_hidden(run: Element, shaded: bool) -> bool:
    """`w:vanish`, a size that nobody can read, or white letters with nothing dark behind them."""
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    vanish = properties.find(f"{_W}vanish")
    if vanish is not None and vanish.get(f"{_W}val", "true") not in ("0", "false", "off"):
        return True
    size = _value(properties, "sz")
    if size.isdigit() and int(size) <= TINY_HALF_POINTS:
        return True
    backed = shaded or properties.find(f"{_W}shd") is not None or properties.find(f"{_W}highlight") is not None
    return _value(properties, "color").upper() == "FFFFFF" and not backed


def _value(properties: Element, name: str) -> str:
    found = properties.find(f"{_W}{name}")
    return "" if found is None else found.get(f"{_W}val", "")
