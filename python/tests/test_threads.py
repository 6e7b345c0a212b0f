"""Calls from several threads: the interpreter goes on meanwhile, and answers are those of one thread."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import kiln
import pytest
from conftest import FORMULA

T_K = [900.0 + 0.015 * i for i in range(40000)]


def test_the_interpreter_goes_on() -> None:
    """While one thread solves, another one runs Python: were the lock held, it would stand still for the whole call."""
    kiln.Database()
    done = threading.Event()

    def solve() -> None:
        kiln.equilibrium(FORMULA, T_K)
        done.set()

    ticks: list[float] = []
    thread = threading.Thread(target=solve)
    start = time.perf_counter()
    thread.start()
    while not done.is_set():
        ticks.append(time.perf_counter())
        time.sleep(0.005)
    thread.join()
    elapsed = time.perf_counter() - start
    longest = max(b - a for a, b in zip([start, *ticks], [*ticks, start + elapsed], strict=True))
    assert elapsed > 0.2, "too short to tell"
    assert longest < 0.5 * elapsed


def test_answers_are_those_of_one_thread() -> None:
    formulas = ["(Mg,Co)O", "(Ni,Cu)O", "(Mg,Ni,Zn)O", FORMULA, "CoO", "(Co,Ni,Zn)O"]
    database = kiln.Database()

    def work(formula: str) -> tuple[str, str, str]:
        window = kiln.window(formula, database=database, samples=256)
        return str(window), kiln.equilibrium(formula, "900C").to_json(), window._repr_html_()

    alone = [work(formula) for formula in formulas]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(work, formulas * 3))
    assert together == alone * 3


def test_one_result_may_be_read_by_many() -> None:
    result = kiln.step("CoO", "700C:1000C:50K")
    expected = result.to_json(), str(result), result.to_csv()
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda _: (result.to_json(), str(result), result.to_csv()), range(40)))
    assert all(item == expected for item in read)


def test_errors_stay_in_their_threads() -> None:
    def work(i: int) -> str:
        try:
            kiln.window(f"X{i}O")
        except kiln.ParseError as error:
            return error.sentence
        return ""

    alone = [work(i) for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(40))) == alone


@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_ends_a_long_call(threads: int) -> None:
    long = [900.0 + 0.001 * i for i in range(400000)]
    kiln.Database()
    timer = threading.Timer(0.6, lambda: os.kill(os.getpid(), signal.SIGINT))
    start = time.perf_counter()
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        kiln.equilibrium(FORMULA, long, threads=threads)
    timer.join()
    assert time.perf_counter() - start < 10.0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_a_handler_of_its_own_raises_is_raised() -> None:
    def handler(*_arguments: object) -> None:
        raise TimeoutError("enough")

    previous = signal.signal(signal.SIGINT, handler)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    try:
        timer.start()
        with pytest.raises(TimeoutError, match="enough"):
            kiln.risk("(Mg,Ni,Zn)O", samples=1000000)
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        timer.join()
        signal.signal(signal.SIGINT, previous)


def test_calls_in_other_threads_need_no_handler() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(kiln.equilibrium("NiO", [1000.0, 1100.0]))))
    thread.start()
    thread.join()
    assert found == [2]


def _sample_in_a_child(queue: multiprocessing.Queue[str]) -> None:
    queue.put(kiln.risk(FORMULA, at="900C", samples=256, threads=2).to_json())


def test_a_forked_process_has_threads_again() -> None:
    """The default of multiprocessing on Linux, where GNU's OpenMP would wait for ever for threads that did not come along."""
    expected = kiln.risk(FORMULA, at="900C", samples=256, threads=2).to_json()
    fork = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[str] = fork.Queue()
    child = fork.Process(target=_sample_in_a_child, args=(queue,))
    child.start()
    try:
        assert queue.get(timeout=60) == expected
    finally:
        child.kill()
        child.join()
