"""Imported by the server that test processes are forked from: lexicons and clients are loaded once, not per process."""

from __future__ import annotations

from mistralai.client import Mistral  # noqa: F401

from salary_assets.labelling import Ad
from salary_assets.labelling.mistral_prompt import outgoing_ad
from salary_assets.labelling.rules import label_ad
from salary_assets_tests.labelling.asking import post

_ad = Ad(text=post(0))
label_ad(_ad)
outgoing_ad(_ad)
