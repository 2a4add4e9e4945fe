"""All asset checks, a list per group."""

from __future__ import annotations

import dagster as dg

all_checks: list[dg.AssetChecksDefinition] = []
