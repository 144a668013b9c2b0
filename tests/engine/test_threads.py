"""Two things at once: both results, every failure, no waiting, no thread lost in a fork."""

from __future__ import annotations

import multiprocessing
import sys
import threading

import pytest

from pcf.inventory.tearing import threads
from pcf.inventory.tearing.threads import side_by_side


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_has_two", lambda: True)


def fails(message: str) -> None:
    raise ValueError(message)


def test_each_is_computed_in_a_thread_of_its_own() -> None:
    one, other = side_by_side(threading.get_ident, threading.get_ident)
    assert other == threading.get_ident() != one


def test_what_either_raises_is_raised_when_both_have_ended() -> None:
    ended = threading.Event()
    with pytest.raises(ValueError, match="first"):
        side_by_side(lambda: fails("first"), lambda: 2)
    with pytest.raises(ValueError, match="second"):
        side_by_side(lambda: ended.wait(0.05) or ended.set(), lambda: fails("second"))
    assert ended.is_set()
    assert side_by_side(lambda: 1, lambda: 2) == (1, 2)


def test_whoever_finds_the_thread_busy_does_both_alone() -> None:
    def inner() -> tuple[int, int]:
        return side_by_side(threading.get_ident, threading.get_ident)

    one, other = side_by_side(inner, inner)
    assert one[0] == one[1]
    assert other[0] == other[1] == threading.get_ident()


def test_with_one_processor_there_is_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_has_two", lambda: False)
    assert len(set(side_by_side(threading.get_ident, threading.get_ident))) == 1


def test_without_a_thread_one_comes_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the interpreter ends, threads of the user's still solve, and none can be started."""
    threads._helper().shutdown()
    assert len(set(side_by_side(threading.get_ident, threading.get_ident))) == 1
    threads._helper.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", lambda _: fails_to_start())
        assert len(set(side_by_side(threading.get_ident, threading.get_ident))) == 1
    assert len(set(side_by_side(threading.get_ident, threading.get_ident))) == 2


def fails_to_start() -> None:
    raise RuntimeError("can't start new thread")


def _in_a_child() -> int:
    return sum(side_by_side(lambda: 1, lambda: 2))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are not forked there")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_a_thread_of_its_own() -> None:
    """The parent's thread is not there, and a lock that was held stays so: both begin anew."""
    side_by_side(lambda: 1, lambda: 2)
    with threads._BUSY, multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_in_a_child).get(30) == 3
