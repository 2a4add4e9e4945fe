"""Any resume file -> its text, read in a child process under limits, with what is odd about it said aloud."""

from salary_assets.resume.documents.reader import Reader, read_document
from salary_assets.resume.documents.types import Document, DocumentRefused

__all__ = ["Document", "DocumentRefused", "Reader", "read_document"]
