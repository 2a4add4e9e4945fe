"""Which labeller a run uses, by settings: `rules` unless SALARY_ASSETS_LABELLER says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from salary_assets.labelling.frames import Labeller
from salary_assets.labelling.rules import RulesLabeller
from salary_assets.storage import BadSetting, Settings


class UnusableLabeller(BadSetting):
    """The settings choose a labeller that cannot be had; the message says what to set."""


@contextmanager
def labeller_from(settings: Settings) -> Iterator[Labeller]:
    """The labeller that SALARY_ASSETS_LABELLER names (rules, the default, or mistral), closed at the end.

    Raises UnusableLabeller for another name, for Mistral without key or server, and for numbers that are none.
    """
    if not uses_mistral(settings):
        yield RulesLabeller()
        return
    from salary_assets.labelling.mistral import NotPaid, mistral_labeller

    try:
        labeller = mistral_labeller(settings)
    except (BadSetting, NotPaid) as error:
        raise UnusableLabeller(str(error)) from error
    with closing(labeller):
        yield labeller


def uses_mistral(settings: Settings) -> bool:
    """Whether SALARY_ASSETS_LABELLER asks for a model beside the rules. Raises UnusableLabeller for another name."""
    name = settings.env.get("SALARY_ASSETS_LABELLER", "rules").strip().lower() or "rules"
    if name not in ("rules", "mistral"):
        raise UnusableLabeller(f"SALARY_ASSETS_LABELLER={name!r}: choose `rules` or `mistral`")
    return name == "mistral"
