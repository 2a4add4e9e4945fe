"""Which labeller a run uses, by settings: `rules` unless SALARY_ASSETS_LABELLER says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from salary_assets.labelling.frames import Labeller
from salary_assets.labelling.rules import RulesLabeller
from salary_assets.storage import Settings


class UnknownLabeller(ValueError):
    """SALARY_ASSETS_LABELLER names no labeller; the message lists those there are."""


@contextmanager
def labeller_from(settings: Settings) -> Iterator[Labeller]:
    """The labeller that SALARY_ASSETS_LABELLER names (rules, the default, or mistral), closed at the end.

    Raises UnknownLabeller for another name, NotPaid for Mistral without key or server, BadSetting for a bad number.
    """
    name = settings.env.get("SALARY_ASSETS_LABELLER", "rules").strip().lower() or "rules"
    if name == "rules":
        yield RulesLabeller()
        return
    if name != "mistral":
        raise UnknownLabeller(f"SALARY_ASSETS_LABELLER={name!r}: choose `rules` or `mistral`")
    from salary_assets.labelling.mistral import mistral_labeller

    with closing(mistral_labeller(settings)) as labeller:
        yield labeller
