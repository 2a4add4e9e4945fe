"""Which labeller a run uses, by settings: `rules` unless SALARY_ASSETS_LABELLER says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from salary_assets.labelling.frames import Labeller
from salary_assets.labelling.rules import RulesLabeller
from salary_assets.storage import Settings


class UnknownLabeller(ValueError):
    """SALARY_ASSETS_LABELLER names no labeller; the message lists those there are."""


@contextmanager
def labeller_from(settings: Settings) -> Iterator[Labeller]:
    """The labeller that the settings choose, closed at the end.

    Raises UnknownLabeller for a name that is none.
    """
    name = settings.env.get("SALARY_ASSETS_LABELLER", "rules").strip().lower()
    if name != "rules":
        raise UnknownLabeller(f"SALARY_ASSETS_LABELLER={name!r}: there is `rules`")
    yield RulesLabeller()
