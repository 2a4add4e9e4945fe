"""An emulator says when it cannot listen, instead of waiting for ever."""

from __future__ import annotations

import pytest

from salary_assets_tests.emulators.server import Emulator
from salary_assets_tests.emulators.telegram import TelegramEmulator


@pytest.mark.parametrize("kind", [Emulator, TelegramEmulator])
def test_a_port_that_is_taken_is_refused(kind: type[Emulator] | type[TelegramEmulator]) -> None:
    with Emulator() as first, pytest.raises(OSError, match="address already in use"), kind(port=first.port):
        pass
