"""One uploaded file out of a multipart body, kept in memory: a resume never touches the disk."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from salary_assets.resume.documents.types import MAX_BYTES


class UploadRefused(ValueError):
    """A body that holds no single file; `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _InMemory(MultiPartParser):
    spool_max_size = 2 * MAX_BYTES
    """Above what the body limit lets through, so that Starlette's file never rolls over to disk."""


async def uploaded_file(request: Request) -> bytes:
    """The bytes of the multipart field `file`. Raises UploadRefused."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise UploadRefused("no_file", "Send the resume as multipart/form-data with one field, `file`.")
    try:
        form = await _InMemory(request.headers, request.stream(), max_files=1, max_fields=4).parse()
    except (MultiPartException, ClientDisconnect, KeyError, ValueError) as error:
        raise UploadRefused("no_file", f"The upload cannot be read: {error}") from error
    found = form.get("file")
    if not isinstance(found, UploadFile):
        await form.close()
        raise UploadRefused("no_file", "The upload has no file in its field `file`.")
    try:
        return await found.read()
    finally:
        await form.close()
