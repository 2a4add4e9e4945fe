"""The process that opens the document: limits first, then read standard input, then one JSON answer.

A document that breaks a limit or the reader ends this process, never the one that serves people.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from salary_assets.resume.documents.clean import clean_text, require_readable
from salary_assets.resume.documents.sniff import sniff
from salary_assets.resume.documents.types import CPU_SECONDS, MAX_BYTES, MEMORY_BYTES, DocumentRefused


def read(data: bytes) -> dict[str, Any]:
    """The answer for one document: fields of `Document`, or `refused` with its message."""
    try:
        return _read(data, sniff(data))
    except DocumentRefused as refusal:
        return {"refused": refusal.reason, "message": refusal.message}


def _read(data: bytes, kind: str) -> dict[str, Any]:
    pages: int | None = None
    columns, engine = 1, kind
    hidden: tuple[str, ...] = ()
    if kind == "pdf":
        from salary_assets.resume.documents.pdf import read_pdf

        pdf = read_pdf(data)
        raw, pages, columns, hidden, engine = pdf.text, pdf.pages, pdf.columns, pdf.hidden, "pdfium"
    elif kind == "docx":
        from salary_assets.resume.documents.docx import read_docx

        docx = read_docx(data)
        raw, hidden = docx.text, docx.hidden
    elif kind == "rtf":
        from salary_assets.resume.documents.rtf import read_rtf

        rtf = read_rtf(data)
        raw, hidden = rtf.text, rtf.hidden
    else:
        from salary_assets.resume.documents import legacy

        if kind == "doc":
            raw, engine = legacy.read_doc(data)
        else:
            raw = legacy.read_html(data) if kind == "html" else legacy.read_plain(data)
    require_readable(raw, pages)
    text, cut = clean_text(raw)
    seen = {"two_columns": columns > 1, "hidden_text": bool(hidden), "truncated": cut}
    return {
        "text": text,
        "kind": kind,
        "engine": engine,
        "pages": pages,
        "columns": columns,
        "hidden": [clean_text(passage)[0][:500] for passage in hidden][:20],
        "warnings": [name for name, present in seen.items() if present],
    }


def main() -> None:
    """Read one document from standard input, print its answer, end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        answer = read(data)
    except (MemoryError, RecursionError):
        answer = {"refused": "too_heavy", "message": "The file needs more memory than a resume can: save it again."}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
