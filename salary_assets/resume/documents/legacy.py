"""Formats that job sites still export: Word 97, HTML and plain text.

antiword and catdoc are GPL programs: they run as processes of their own and are not linked.
"""

from __future__ import annotations

import shutil
import subprocess

from salary_assets.resume.documents.sniff import UTF_16_MARKS
from salary_assets.resume.documents.types import CPU_SECONDS, DocumentRefused

_CODE_PAGES = ["cp1251", "koi8_r", "cp866"]
"""Of Windows, Unix mail and DOS."""

_DOC_READERS = (("antiword", "-m", "UTF-8.txt", "-w", "0", "-"), ("catdoc", "-d", "utf-8", "-w"))


def read_doc(data: bytes) -> tuple[str, str]:
    """(text, program) of a Word 97-2003 document. Raises DocumentRefused (`no_reader`, `encrypted`, `damaged`)."""
    installed = [command for command in _DOC_READERS if shutil.which(command[0])]
    if not installed:
        names = " or ".join(command[0] for command in _DOC_READERS)
        raise DocumentRefused("no_reader", f"DOC files need {names} on this server: save the resume as DOCX or PDF.")
    for command in installed:
        try:
            # The program is a constant of this module; the document only goes to its standard input.
            done = subprocess.run(command, input=data, capture_output=True, timeout=CPU_SECONDS, check=False)
        except (subprocess.TimeoutExpired, OSError):
            continue
        if b"encrypted" in done.stderr.lower():
            raise DocumentRefused("encrypted", "The document is protected by a password: save a copy without it.")
        text = done.stdout.decode("utf-8", errors="replace")
        if done.returncode == 0 and text.strip():
            return text, command[0]
    raise DocumentRefused("damaged", "The DOC file is damaged: open it in an editor and save it as DOCX or PDF.")


def read_html(data: bytes) -> str:
    """Text of an HTML page, a line per block."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data, "lxml")
    for tag in soup(["script", "style", "noscript", "template", "head"]):
        tag.decompose()
    for tag in soup.find_all(["p", "div", "li", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "section", "table"]):
        tag.append("\n")
    return soup.get_text(" ")


def read_plain(data: bytes) -> str:
    """Plain text in UTF-8, in UTF-16 with its mark, else in the Cyrillic code page that it reads best in."""
    if data.startswith(UTF_16_MARKS):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data, cp_isolation=_CODE_PAGES).best()
        return data.decode(best.encoding if best else _CODE_PAGES[0], errors="replace")
