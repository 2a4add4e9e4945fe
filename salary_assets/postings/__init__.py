"""Posting: the one shape of an advertisement; plain text, contact redaction, language, content hash."""

from salary_assets.postings.contacts import redact_contacts
from salary_assets.postings.duplicates import DUPLICATES_VERSION, near_duplicates
from salary_assets.postings.employers import employer_keys
from salary_assets.postings.posting import Posting, content_hash, postings_frame
from salary_assets.postings.text import MAX_TEXT, TEXT_VERSION, clean, language_of, one_line, plain_text, tidy_text

__all__ = [
    "DUPLICATES_VERSION",
    "MAX_TEXT",
    "TEXT_VERSION",
    "Posting",
    "clean",
    "content_hash",
    "employer_keys",
    "language_of",
    "near_duplicates",
    "one_line",
    "plain_text",
    "postings_frame",
    "redact_contacts",
    "tidy_text",
]
