"""Tables of other sites (CSV and the like): which column holds what is said by the registry entry, not by code.

table:
  separator: "|"
  id: {column: url, pattern: "(\\d+)$"}            # what tells one ad from another
  published: date                                  # ISO, or Russian words: 17 мая 2023; for words without a year
                                                   # {column: date, created: <where the ad's MongoDB ObjectId stands>}
  ignore: [education]                              # columns of no use; others that are not mapped are kept raw
  fields:
    title: vacancy                                 # field of Posting: column
    text: [duties, requirements]                   # several columns, a line each
    skills_raw: {column: skills, split: list}      # split by a separator, or `list` for "['a', 'b']"
    grades_raw: {column: tags, split: ", ", only: [Middle, Senior]}
    area_name: {column: meta, split: ", ", except: [Remote]}
    pay_from: {column: salary, split: list, at: 0}
    period: {value: month}                         # the same for every ad that states pay
"""

from __future__ import annotations

import ast
import csv
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from salary_assets.postings import Posting, plain_text
from salary_assets.sources.base import BadRecord, Feed, Format, RawAd, Received, Refused, Route, Shape
from salary_assets.sources.build import amount, currency_code, make_posting, once
from salary_assets.sources.dates import (
    Published,
    created_of_object_id,
    in_russian_words,
    read_published,
    read_russian_date,
)
from salary_assets.sources.files import MAX_LINE, ArchiveFile, BrokenStream, json_object
from salary_assets.storage.vocabulary import PERIODS, TAXES

ROW_TYPE = "application/vnd.table-row+json"
SEPARATORS = (",", ";", "|", "\t")
ONE = (
    "title",
    "text",
    "employer_id",
    "employer_name",
    "area_id",
    "area_name",
    "country",
    "experience_raw",
    "schedule_raw",
    "employment_raw",
    "url",
    "pay_from",
    "pay_to",
    "currency",
    "tax",
    "period",
    "pay_raw",
)
MANY = ("work_formats_raw", "grades_raw", "roles_raw", "specializations_raw", "skills_raw")
KEYS = {"separator", "id", "published", "ignore", "fields"}


@dataclass(frozen=True)
class Cell:
    """Where a field stands: columns, and what to take of their text."""

    columns: tuple[str, ...] = ()
    split: str | None = None
    at: int | None = None
    start: int = 0
    only: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    pattern: re.Pattern[str] | None = None
    value: str | None = None

    def values(self, row: Mapping[str, str]) -> list[str]:
        if self.value is not None:
            return [self.value]
        found = [part for column in self.columns for part in self._parts(row.get(column) or "")]
        if self.at is not None:
            found = found[self.at : self.at + 1]
        stated = [one for one in found[self.start :] if one and one != "null"]
        return [one for one in stated if (not self.only or one in self.only) and one not in self.but]

    def text(self, row: Mapping[str, str], joint: str = ", ") -> str | None:
        return joint.join(self.values(row)) or None

    def _parts(self, text: str) -> list[str]:
        if self.pattern is not None:
            found = self.pattern.search(text)
            text = "" if found is None else found[1] if found.re.groups else found[0]
        if self.split is None:
            parts = [text]
        elif self.split == "list":
            parts = _python_list(text)
        else:
            parts = text.split(self.split)
        return [part.strip() for part in parts]


@dataclass(frozen=True)
class TableMapping:
    """A registry entry's `table`, read."""

    separator: str
    id: Cell
    published: Cell
    created: Cell | None
    fields: Mapping[str, Cell]
    ignored: frozenset[str]

    @property
    def columns(self) -> set[str]:
        cells = [self.id, self.published, *self.fields.values()] + ([self.created] if self.created else [])
        return {column for cell in cells for column in cell.columns}


def mapping_of(feed: Feed) -> TableMapping:
    """The feed's table mapping. Raises Refused naming what is wrong in the entry and how to write it."""
    return _read_mapping(json.dumps(feed.options.get("table"), sort_keys=True, default=str))


@functools.lru_cache(maxsize=256)
def _read_mapping(entry: str) -> TableMapping:
    table = json.loads(entry)
    if not isinstance(table, Mapping):
        raise Refused("`table:` is missing; write which column holds what, as docs/new-source.md shows")
    unknown = set(table) - KEYS
    fields = table.get("fields")
    if unknown or not isinstance(fields, Mapping) or "id" not in table or "published" not in table:
        raise Refused(f"`table:` needs id, published and fields, and knows {sorted(KEYS)}; found {sorted(table)}")
    strangers = set(fields) - set(ONE) - set(MANY)
    if strangers:
        raise Refused(f"`table.fields:` does not know {sorted(strangers)}; fields are {', '.join((*ONE, *MANY))}")
    published = table["published"]
    created = published.get("created") if isinstance(published, Mapping) else None
    if isinstance(published, Mapping):
        published = {key: value for key, value in published.items() if key != "created"}
    return TableMapping(
        separator=str(table.get("separator", ",")),
        id=_cell("id", table["id"]),
        published=_cell("published", published),
        created=_cell("published.created", created) if created is not None else None,
        fields={name: _cell(name, spec) for name, spec in fields.items()},
        ignored=frozenset(table.get("ignore", ())),
    )


def _cell(name: str, spec: Any) -> Cell:
    if isinstance(spec, str):
        return Cell(columns=(spec,))
    if isinstance(spec, list) and all(isinstance(one, str) for one in spec):
        return Cell(columns=tuple(spec))
    if isinstance(spec, Mapping) and set(spec) <= {
        "column",
        "split",
        "at",
        "from",
        "only",
        "except",
        "pattern",
        "value",
    }:
        column = spec.get("column", ())
        try:
            return Cell(
                columns=(column,) if isinstance(column, str) else tuple(column),
                split=spec.get("split"),
                at=spec.get("at"),
                start=int(spec.get("from", 0)),
                only=frozenset(spec.get("only", ())),
                but=frozenset(spec.get("except", ())),
                pattern=re.compile(spec["pattern"]) if "pattern" in spec else None,
                value=spec.get("value"),
            )
        except (re.error, TypeError, ValueError) as error:
            raise Refused(f"`table`: {name}: {error}") from None
    raise Refused(
        f"`table`: {name}: write a column's name, a list of names, or"
        f" {{column, split, at, from, only, except, pattern, value}}; found {spec!r}"
    )


def _fits(file: ArchiveFile, feed: Feed | None) -> bool:
    head = file.head.decode("utf-8", "ignore").lstrip("\ufeff")
    if head.startswith(("{", "[", "<")):
        return False
    if feed is None:
        return any(head.split("\n", 1)[0].count(sign) >= 2 for sign in SEPARATORS)
    return "table" in feed.options and not absent_columns(file, feed)


def owner_of(file: ArchiveFile, feeds: Iterable[Feed]) -> Feed | None:
    """The feed whose table this file is: the one that names most of its columns. None where no feed takes it."""
    fitting = [feed for feed in feeds if _fits(file, feed)]
    return max(fitting, key=lambda feed: (len(mapping_of(feed).columns), feed.slug), default=None)


def read(file: ArchiveFile, feed: Feed) -> Iterator[Received]:
    """Every row of a feed's table as a raw ad, and every broken one."""
    return _read(file, lambda _name: feed)


def absent_columns(file: ArchiveFile, feed: Feed) -> set[str]:
    """Columns that the feed's entry names and the file's header lacks."""
    mapping = mapping_of(feed)
    return mapping.columns - set(header_of(file, mapping.separator))


def header_of(file: ArchiveFile, separator: str) -> list[str]:
    """The names in the file's first line, none where it is not one of a table; see `_header`."""
    first = re.split(r"[\r\n]", file.head.decode("utf-8", "ignore").removeprefix("\ufeff"), maxsplit=1)[0]
    try:
        return _header(next(csv.reader([first], delimiter=separator), []))
    except csv.Error:
        return []


def likely_separator(file: ArchiveFile) -> str:
    """The separator that cuts the file's first line into most names."""
    return max(SEPARATORS, key=lambda one: len(header_of(file, one)))


def _header(cells: list[str]) -> list[str]:
    """Names of columns. One that comes again is numbered, `text`, `text (2)`, so that no column hides another."""
    names: list[str] = []
    for cell in cells:
        name = plain = cell.strip()
        again = 1
        while name in names:
            again += 1
            name = f"{plain} ({again})"
        names.append(name)
    return names


def _read(file: ArchiveFile, route: Route) -> Iterator[Received]:
    feed = route(None)
    if feed is None:
        return
    mapping = mapping_of(feed)
    csv.field_size_limit(MAX_LINE)
    absent = absent_columns(file, feed)
    if absent:
        raise Refused(
            f"{file.path}: no columns {sorted(absent)}, which the registry entry {feed.slug} names:"
            " correct its `table:`"
        )
    held: list[bytes] = []
    reader = csv.reader(_texts(file, held), delimiter=mapping.separator)
    try:
        header = _header(next(reader, []))
    except csv.Error as error:
        raise Refused(f"{file.path}: not a table: {error}; end its lines with LF or CRLF") from None
    repeated = sorted(mapping.columns & {name.removesuffix(" (2)") for name in header if name.endswith(" (2)")})
    if repeated:
        raise Refused(
            f"{file.path}: several columns are called {', '.join(repeated)}, which the registry entry {feed.slug}"
            " names: give each a name of its own"
        )
    begins = reader.line_num + 1
    while True:
        held.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except BrokenStream as error:
            yield file.break_at(begins, error)
            return
        except csv.Error as error:
            yield BadRecord(file.origin(begins), f"not a row of a table: {error}", b"".join(held))
            begins = reader.line_num + 1
            continue
        if cells:
            yield _received(file, feed, mapping, begins, header, cells)
        begins = reader.line_num + 1


def _texts(file: ArchiveFile, held: list[bytes]) -> Iterator[str]:
    """The file's lines; each is noted in `held`, so that what is no row can be shown."""
    for at, line in enumerate(file.raw_lines()):
        held.append(line)
        yield (line.removeprefix(b"\xef\xbb\xbf") if at == 0 else line).decode("utf-8", "surrogateescape")


def _received(
    file: ArchiveFile, feed: Feed, mapping: TableMapping, line: int, header: list[str], cells: list[str]
) -> Received:
    row = dict(zip(header, cells, strict=False))
    payload = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogateescape")
    try:
        if len(cells) != len(header):
            raise Refused(f"{len(cells)} cells where the header has {len(header)} columns")
        try:
            payload.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("not UTF-8; convert the file to UTF-8 first") from None
        native_id = mapping.id.text(row)
        if native_id is None:
            raise Refused("nothing in the columns that identify an ad: it could not be told from others")
        published_at = _published(mapping, row).at
    except Refused as refusal:
        return BadRecord(file.origin(line), str(refusal), payload)
    return RawAd(
        source=feed.slug,
        native_id=native_id[:200],
        published_at=published_at,
        fetched_at=file.written_at,
        transport="archive",
        url=None,
        content_type=ROW_TYPE,
        payload=payload,
        origin=file.origin(line),
    )


def _published(mapping: TableMapping, row: Mapping[str, str]) -> Published:
    written = mapping.published.text(row) or ""
    if not in_russian_words(written):
        return read_published(written)
    object_id = mapping.created.text(row) if mapping.created else None
    return read_russian_date(written, created_of_object_id(object_id) if object_id else None)


def parse(feed: Feed, raw: RawAd) -> Posting:
    """A row -> posting. Raises Refused when it has neither title nor text."""
    mapping = mapping_of(feed)
    row = {column: value for column, value in json_object(raw.payload).items() if isinstance(value, str)}
    stated: dict[str, Any] = {name: cell.text(row) for name, cell in mapping.fields.items() if name in ONE}
    stated |= {name: once(cell.values(row)) for name, cell in mapping.fields.items() if name in MANY}
    title = stated.pop("title", None)
    stated.pop("text", None)
    text = mapping.fields["text"].text(row, "\n") if "text" in mapping.fields else None
    if not title and not text:
        raise Refused("neither title nor text: nothing to label")
    unknown = row.keys() - mapping.columns - mapping.ignored
    odd = {column: row[column] for column in unknown if row[column].strip()}
    pay = _pay(
        {name: stated.pop(name, None) for name in ("pay_from", "pay_to", "currency", "tax", "period", "pay_raw")}
    )
    return make_posting(raw, _published(mapping, row), title, plain_text(text or ""), odd, **stated, **pay)


def _pay(said: dict[str, str | None]) -> dict[str, Any]:
    low, high = amount(said["pay_from"]), amount(said["pay_to"])
    if low is None and high is None:
        return {"pay_raw": said["pay_raw"]}
    words = (said["pay_from"], said["pay_to"], said["currency"])
    return {
        "pay_raw": said["pay_raw"] or " ".join(one for one in words if one),
        "pay_from": low,
        "pay_to": high,
        "currency": currency_code(said["currency"]),
        "tax": said["tax"] if said["tax"] in TAXES else "unknown",
        "period": said["period"] if said["period"] in PERIODS else None,
    }


def _python_list(text: str) -> list[str]:
    """`['a', 'b']` -> its strings; any other text is one part."""
    try:
        value = ast.literal_eval(text) if len(text) < 100_000 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [text]
    return ["" if one is None else str(one) for one in value] if isinstance(value, list | tuple) else [text]


FORMAT = Format(
    name="table",
    version="1",
    shapes=(Shape("table", "a table (CSV and the like)", _fits, _read),),
    parse=parse,
)
