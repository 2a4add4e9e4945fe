"""The served bundle follows its pointer; a broken one never takes the good one down."""

import time
from pathlib import Path

import pytest

from salary_assets.service.metrics import Metrics
from salary_assets.service.shelf import Shelf


class Library:
    """Loads whatever word the pointer holds; `broken` cannot be loaded."""

    def __init__(self, pointer: Path) -> None:
        self.pointer = pointer
        self.loads = 0

    def load(self) -> str:
        self.loads += 1
        word = self.pointer.read_text()
        if word == "broken":
            raise ValueError("hash of heads.cbm does not match")
        return word


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "current.json")


@pytest.fixture
def shelf(library: Library) -> Shelf[str]:
    return Shelf(library.pointer, library.load, Metrics())


def test_before_the_first_bundle_nothing_answers(shelf: Shelf[str]) -> None:
    shelf.refresh()

    assert shelf.current() is None
    assert shelf.state().failure is None


def test_the_shelf_follows_the_pointer(shelf: Shelf[str], library: Library) -> None:
    library.pointer.write_text("first")
    shelf.refresh()
    library.pointer.write_text("second")
    shelf.refresh()

    assert shelf.current() == "second"


def test_an_unchanged_pointer_costs_no_load(shelf: Shelf[str], library: Library) -> None:
    library.pointer.write_text("first")
    for _ in range(5):
        shelf.refresh()

    assert library.loads == 1


def test_a_broken_bundle_leaves_the_good_one_and_says_why(shelf: Shelf[str], library: Library) -> None:
    library.pointer.write_text("first")
    shelf.refresh()
    library.pointer.write_text("broken")
    shelf.refresh()

    assert shelf.current() == "first"
    assert "hash of heads.cbm does not match" in (shelf.state().failure or "")


def test_a_repaired_bundle_is_taken_up(shelf: Shelf[str], library: Library) -> None:
    for word in ("first", "broken", "third"):
        library.pointer.write_text(word)
        shelf.refresh()

    assert (shelf.current(), shelf.state().failure) == ("third", None)


def test_a_pointer_that_disappears_leaves_the_bundle(shelf: Shelf[str], library: Library) -> None:
    library.pointer.write_text("first")
    shelf.refresh()
    library.pointer.unlink()
    shelf.refresh()

    assert shelf.current() == "first"


def test_watching_takes_up_a_new_bundle_by_itself(shelf: Shelf[str], library: Library) -> None:
    shelf.watch(every_seconds=0.05)
    library.pointer.write_text("first")
    deadline = time.monotonic() + 10
    while shelf.current() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    shelf.close()

    assert shelf.current() == "first"
