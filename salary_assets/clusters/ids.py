"""Ids of groups: the one that a group had, else one made from its name that no other group has inherited."""

from __future__ import annotations

import hashlib
from collections.abc import Collection


def made_id(prefix: str, name: str, taken: Collection[str]) -> str:
    """An id that follows from the name alone, unless it is taken: its first owner may have been absorbed by another
    group, which goes on under that id, and then come apart from it again.
    """
    while (made := prefix + hashlib.sha256(name.encode()).hexdigest()[:10]) in taken:
        name += "|again"
    return made
