"""Databases of an operator's choosing: a wrong address and a server that does not answer, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from salary_assets.storage.settings import BadSetting


@contextmanager
def database_of(setting: str) -> Iterator[None]:
    """Around the first use of the database that `setting` (a variable's name) gives the address of.

    Raises BadSetting, which never repeats the address: there may be a password in it.
    """
    try:
        yield
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadSetting(
            f"{setting} is no address of a database ({type(error).__name__}): write it like"
            " postgresql://user:password@host:5432/name, or unset it to keep this in a file of the home"
        ) from error
    except ImportError as error:
        raise BadSetting(f"{setting} needs a driver: pip install 'salary_assets[postgres]' ({error})") from error
    except DBAPIError as error:
        told = " ".join(str(error.orig).split())
        raise BadSetting(
            f"the database of {setting} does not work: {told}; start it or correct the address, or unset it to keep"
            " this in a file of the home"
        ) from error
