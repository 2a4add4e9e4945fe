"""What a file is, by its first bytes: job sites export RTF and HTML under the name `.doc`."""

from __future__ import annotations

from salary_assets.resume.documents.types import DocumentRefused

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"RIFF")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream that a modern Office file with a password consists of."""

_TEXT_CONTROLS = set(range(32)) - {9, 10, 12, 13}


def sniff(data: bytes) -> str:
    """pdf, docx, doc, rtf, html or text.

    Raises DocumentRefused (`empty`, `encrypted`, `image`, `unknown_format`).
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise DocumentRefused("empty", "The file is empty: choose the resume again.")
    head = data[:1024]
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if b"%PDF-" in head:
        return "pdf"
    if data[:4] == b"PK\x03\x04":
        return "docx"
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        if _PROTECTED in data:
            raise DocumentRefused("encrypted", "The document is protected by a password: save a copy without it.")
        return "doc"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith((b"<html", b"<!doctype html")) or b"<html" in start:
        return "html"
    if data.startswith(_IMAGES):
        raise DocumentRefused("image", "This is a picture: upload the resume as PDF or DOCX with text in it.")
    if data.startswith(UTF_16_MARKS) or sum(byte in _TEXT_CONTROLS for byte in head) == 0:
        return "text"
    raise DocumentRefused("unknown_format", "This is not a PDF, DOCX, DOC, RTF, HTML or text file.")
