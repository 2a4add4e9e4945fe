"""What reading a document gives, and the limits that keep a hostile one from costing more than a refusal.

Limits come from measuring hostile files: 2.4 kB of nested Flate grew to 2.1 GB, 36 kB of text operators ran for 38 s.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_BYTES = 5 * 1024 * 1024
MAX_PAGES = 30
MAX_CHARACTERS = 200_000
MAX_ZIP_ENTRIES = 1_000
MAX_INFLATED_BYTES = 30 * 1024 * 1024
MAX_ZIP_RATIO = 200
MEMORY_BYTES = 1024**3
CPU_SECONDS = 10
WALL_SECONDS = 20.0


@dataclass(frozen=True)
class Document:
    """A document as text.

    text: NFKC, without invisible characters and without hidden text. kind: pdf, docx, doc, rtf, html or text.
    engine: program that read it. pages: number of pages, None where the format has none. columns: 2 where a page
    was found to have two and was read column by column. hidden: passages that a person would not see.
    warnings: codes of what may have harmed the reading (`two_columns`, `hidden_text`, `truncated`).
    """

    text: str
    kind: str
    engine: str
    pages: int | None = None
    columns: int = 1
    hidden: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class DocumentRefused(ValueError):
    """A document that cannot or may not be read. `reason` is a stable code, the message says what to do now."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
