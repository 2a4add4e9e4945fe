"""The formats of ads, one module each; a module's `FORMAT` says how such ads are read, collected and parsed."""

from __future__ import annotations

import importlib

from salary_assets.sources.base import Format

KNOWN = ("hh", "telegram", "trudvsem", "habr_career", "getmatch", "table")


def format_named(name: str) -> Format:
    """The format of a module here, or (a name with a dot) of any importable module that has a `FORMAT`.

    Raises LookupError when there is none.
    """
    path = name if "." in name else f"{__name__}.{name}"
    try:
        found = importlib.import_module(path).FORMAT
    except (ImportError, AttributeError) as error:
        raise LookupError(f"no format {name!r}: there are {', '.join(KNOWN)}, or name a module ({error})") from error
    if not isinstance(found, Format):
        raise LookupError(f"{path}.FORMAT is not a Format")
    return found


def all_formats() -> list[Format]:
    return [format_named(name) for name in KNOWN]
