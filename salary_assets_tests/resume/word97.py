"""A Word 97 document made by hand: a compound file with the two streams that hold a text in one piece."""

from __future__ import annotations

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
TEXT_AT = 0x800
ENCRYPTED = 0x0100


def word97_doc(text: str, flags: int = 0) -> bytes:
    """A `.doc` of this text, a paragraph a line. flags: more bits of the file's header, e.g. ENCRYPTED."""
    letters = text.replace("\n", "\r") + "\r"
    body = letters.encode("utf-16-le")
    header = bytearray(TEXT_AT)
    struct.pack_into("<HHHHHH", header, 0, 0xA5EC, 0x00C1, 0, 0x0419, 0, 0x1200 | flags)
    struct.pack_into("<II", header, 0x18, TEXT_AT, TEXT_AT + len(body))
    struct.pack_into("<HHH", header, 0x20, 14, 0, 0)
    struct.pack_into("<I", header, 0x4C, len(letters))
    pieces = struct.pack("<II", 0, len(letters)) + struct.pack("<HIH", 0, TEXT_AT, 0)
    table = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", header, 0x1A2, 0, len(table))
    return compound_file({"WordDocument": bytes(header) + body, "1Table": table})


def compound_file(streams: dict[str, bytes]) -> bytes:
    """An OLE compound file; streams are filled up to 4096 bytes, so that none goes to the mini stream."""
    contents = [content.ljust(4096, b"\0") for content in streams.values()]
    contents = [content.ljust(-(-len(content) // SECTOR) * SECTOR, b"\0") for content in contents]
    table = [FAT, END]
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, content) in enumerate(zip(streams, contents, strict=True), start=1):
        first, count = len(table), len(content) // SECTOR
        entries.append(_entry(name, 2, first, len(content), sibling=number + 1 if number < len(streams) else FREE))
        table += [*range(first + 1, first + count), END]
    table += [FREE] * (SECTOR // 4 - len(table))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header = struct.pack("<8s16sHHHHH6x", magic, bytes(16), 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + struct.pack(f"<{len(table)}I", *table) + directory + b"".join(contents)


def _entry(name: str, kind: int, first: int, size: int, child: int = FREE, sibling: int = FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", encoded, len(encoded), kind, 1, FREE, sibling, child, first, size)
