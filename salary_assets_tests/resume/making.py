"""Makes the documents that the tests read: PDF by pdfium itself, DOCX as a zip of hand-written XML."""

from __future__ import annotations

import ctypes
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class Line:
    """One line of text on a page: place in points from the bottom left, size in points, colour."""

    x: float
    y: float
    text: str
    size: float = 10.0
    color: tuple[int, int, int] = (0, 0, 0)


def column(x: float, lines: list[str], top: float = 800, step: float = 14) -> list[Line]:
    return [Line(x, top - number * step, text) for number, text in enumerate(lines)]


def make_pdf(*pages: list[Line], panels: tuple[tuple[float, float, float, float], ...] = ()) -> bytes:
    """A PDF in A4 with a font that holds Cyrillic. `panels`: black rectangles (x, y, width, height) under the text."""
    import matplotlib
    import pypdfium2
    import pypdfium2.raw as pdfium

    font_bytes = (Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf").read_bytes()
    document = pypdfium2.PdfDocument.new()
    buffer = (ctypes.c_ubyte * len(font_bytes)).from_buffer_copy(font_bytes)
    font = pdfium.FPDFText_LoadFont(document, buffer, len(font_bytes), pdfium.FPDF_FONT_TRUETYPE, 1)
    for lines in pages:
        page = document.new_page(595, 842)
        for panel in panels:
            rectangle = pdfium.FPDFPageObj_CreateNewRect(*panel)
            pdfium.FPDFPageObj_SetFillColor(rectangle, 0, 0, 0, 255)
            pdfium.FPDFPath_SetDrawMode(rectangle, pdfium.FPDF_FILLMODE_ALTERNATE, 0)
            pdfium.FPDFPage_InsertObject(page, rectangle)
        for line in lines:
            text = pdfium.FPDFPageObj_CreateTextObj(document, font, line.size)
            encoded = (line.text + "\0").encode("utf-16-le")
            pointer = ctypes.cast(ctypes.create_string_buffer(encoded), ctypes.POINTER(ctypes.c_ushort))
            pdfium.FPDFText_SetText(text, pointer)
            pdfium.FPDFPageObj_SetFillColor(text, *line.color, 255)
            pdfium.FPDFPageObj_Transform(text, 1, 0, 0, 1, line.x, line.y)
            pdfium.FPDFPage_InsertObject(page, text)
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def make_docx(body: str, **parts: str) -> bytes:
    """A DOCX with this body XML; further parts by name, `header1="<w:p>..."`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:hdr {W}>{content}</w:hdr>")
    return out.getvalue()


def simple_docx(text: str) -> bytes:
    return make_docx("".join(paragraph(run(line)) for line in text.splitlines()))
