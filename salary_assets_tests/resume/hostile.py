"""Files made to harm whoever opens them. Small on disk, large or slow inside."""

from __future__ import annotations

import functools
import io
import zipfile
import zlib

from salary_assets_tests.resume.making import W, make_docx, paragraph, run


def _pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects with a correct cross-reference table; the first is the catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def _page(stream: bytes, filters: bytes) -> bytes:
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


@functools.cache
def nested_flate() -> bytes:
    """A few kB that inflate twice, to 1.2 GB."""
    return _page(zlib.compress(zlib.compress(_zeros(1200), 9), 9), b"[/FlateDecode /FlateDecode /FlateDecode]")


@functools.cache
def three_million_operators() -> bytes:
    """Tens of kB that print three million letters."""
    content = b"BT /F 9 Tf 9 TL 50 800 Td " + b"(a) Tj " * 3_000_000 + b"ET"
    return _page(zlib.compress(content, 9), b"/FlateDecode")


@functools.cache
def twenty_thousand_pages() -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 20_003))
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count 20000 >>" % kids, *([page] * 20_000)
    )


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    body = _page(b"BT /F 9 Tf (hi) Tj ET", b"[]")
    secret = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >> /ID [<00> <00>]" % (
        b"ab" * 32,
        b"cd" * 32,
    )
    return body.replace(b"trailer << ", b"trailer << " + secret + b" ")


def truncated_pdf() -> bytes:
    return _page(b"BT ET", b"[]")[:120]


def huge_run_docx() -> bytes:
    """A few hundred kB of archive with 200 MB of text."""
    return make_docx(paragraph(run("a" * 200_000_000)))


def many_paragraphs_docx() -> bytes:
    return make_docx("<w:p/>" * 2_000_000)


def lying_docx() -> bytes:
    """The archive's directory says that the document has a hundred bytes; it has forty million."""
    data = bytearray(make_docx(paragraph(run("a" * 40_000_000))))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def many_entries_docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}/>")
        for number in range(1_001):
            archive.writestr(f"word/media/{number}", b"")
    return out.getvalue()


def billion_laughs_docx() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return _docx_with(f'<!DOCTYPE d [<!ENTITY l0 "ha">{entities}]><w:document {W}><w:p>&l11;</w:p></w:document>')


def external_entity_docx() -> bytes:
    return _docx_with(
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:p><w:r><w:t>&x;</w:t></w:r></w:p>'
        "</w:document>"
    )


def deep_docx() -> bytes:
    """A hundred thousand elements, each inside the other."""
    return make_docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)


def zip_that_is_no_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../etc/cron.d/x", b"* * * * * root true")
    return out.getvalue()


def _docx_with(document: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
    return out.getvalue()


HOSTILE = {
    "nested flate of 1.2 GB": (nested_flate, {"too_heavy", "too_slow", "no_text", "damaged"}),
    "three million text operators": (three_million_operators, {"too_heavy", "too_slow", "too_long"}),
    "twenty thousand pages": (twenty_thousand_pages, {"too_many_pages"}),
    "PDF with a password": (encrypted_pdf, {"encrypted", "damaged"}),
    "PDF cut short": (truncated_pdf, {"damaged"}),
    "DOCX with 200 MB of text": (huge_run_docx, {"archive_bomb"}),
    "DOCX of two million paragraphs": (many_paragraphs_docx, {"archive_bomb"}),
    "DOCX whose directory lies": (lying_docx, {"archive_bomb", "damaged"}),
    "DOCX of a thousand parts": (many_entries_docx, {"archive_bomb"}),
    "DOCX with a billion laughs": (billion_laughs_docx, {"unsafe_xml"}),
    "DOCX with an external entity": (external_entity_docx, {"unsafe_xml"}),
    "DOCX nested a hundred thousand deep": (deep_docx, {"no_text", "too_heavy", "damaged", "archive_bomb"}),
    "ZIP with a path upwards": (zip_that_is_no_document, {"not_word"}),
    "empty file": (lambda: b"", {"empty"}),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(400), {"image"}),
    "program": (lambda: b"\x7fELF\x02\x01\x01" + bytes(400), {"unknown_format"}),
}
"""Name -> (maker, the reasons with which it may be refused)."""
