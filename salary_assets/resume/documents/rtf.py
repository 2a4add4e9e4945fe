"""RTF text: hh.ru exports resumes as RTF under the name `.doc`, Word and TextEdit write it, too."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from salary_assets.resume.documents.types import MAX_CHARACTERS, DocumentRefused

_SWITCH = re.compile(r"\\[\\{}]|\\v(0?)(?![a-z0-9-]) ?|\\plain(?![a-z])|[{}]")
"""What begins and ends text that an editor does not show: its own words, and the groups that it stands in."""


@dataclass(frozen=True)
class RtfText:
    text: str
    hidden: tuple[str, ...]


def read_rtf(data: bytes) -> RtfText:
    """Text of an RTF document, hidden runs apart. Raises DocumentRefused (`too_long`)."""
    page = re.search(rb"\\ansicpg(\d{3,5})", data[:4096])
    encoding = _codec(f"cp{page[1].decode()}" if page else "cp1252")
    source = data.decode("latin-1")
    shown, hidden = _parted(source)
    text = _text(shown, encoding)
    if len(text) > 2 * MAX_CHARACTERS:
        raise DocumentRefused("too_long", f"The file has more than {MAX_CHARACTERS} characters: not a resume.")
    runs = _text(f"{{\\rtf1 {hidden}}}", encoding).split("\n")
    return RtfText(text, tuple(" ".join(run.split()) for run in runs if run.strip()))


def _parted(source: str) -> tuple[str, str]:
    """The source without hidden text, and hidden text alone, a paragraph for each run."""
    shown: list[str] = []
    hidden: list[str] = []
    stack: list[bool] = []
    off, at = False, 0
    for found in _SWITCH.finditer(source):
        (hidden if off else shown).append(source[at : found.start()])
        at, word = found.end(), found[0]
        if word == "{":
            stack.append(off)
        elif word == "}":
            off = stack.pop() if stack else False
        elif word.startswith("\\v"):
            off = found[1] != "0"
        elif word.startswith("\\plain"):
            off = False
        if word.startswith("\\v"):
            hidden.append("" if off else "\\par ")
        elif word in "{}":
            shown.append(word)
            hidden.append("" if off else "\\par ")
        else:
            (hidden if off else shown).append(word)
    return "".join([*shown, "" if off else source[at:]]), "".join(hidden)


def _text(source: str, encoding: str) -> str:
    """One text. An emoji is written as two halves, which only together are a character."""
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(source, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _codec(name: str) -> str:
    """The code page where Python has it, else the one of Western Windows."""
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
