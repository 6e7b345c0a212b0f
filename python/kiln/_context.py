"""One call into the library: its context, what it has made, and how it fails."""

from __future__ import annotations

import ctypes as C
import signal
import threading
from contextlib import ExitStack
from types import FrameType, TracebackType
from typing import Any

from ._library import KEEP_GOING, STATUS, library
from .errors import BY_STATUS, KilnError


class Context:
    """A kiln_context with everything made through it; leaving it frees all in reverse order. One thread at a time."""

    def __init__(self) -> None:
        self.library = library()
        self._made = ExitStack()
        handle = C.c_void_p()
        status = self.library.context_create(None, C.byref(handle))
        if status != 0:
            raise self.error(status, self.library.status_text(status))
        self.handle = handle.value
        self._made.callback(self.library.context_free, self.handle)

    def __enter__(self) -> Context:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Free everything."""
        self._made.close()

    @staticmethod
    def error(status: int, sentence: bytes) -> KilnError:
        """The exception that a status stands for."""
        return BY_STATUS.get(status, KilnError)(sentence.decode())

    def sentence(self, status: int) -> str:
        """What the library says of its last failure."""
        return text(self.library.context_error(self.handle)) or text(self.library.status_text(status))

    def check(self, status: int) -> None:
        """Raise what a status stands for."""
        if status != 0:
            raise self.error(status, self.sentence(status).encode())

    def call(self, name: str, *arguments: Any) -> None:
        """A function with a status, which is checked; it takes its context from an object that it is given."""
        self.check(getattr(self.library, name)(*arguments))

    def make(self, create: str, free: str, *arguments: Any) -> Any:
        """The address of an object that a function makes in its last argument; None where it makes none. Freed with this context."""
        handle = C.c_void_p()
        self.call(create, *arguments, C.byref(handle))
        if handle.value:
            self._made.callback(getattr(self.library, free), handle.value)
        return handle.value

    def status_name(self, status: int) -> str:
        """Name of a status without its prefix, "OK"."""
        return STATUS.get(status, str(status))


class Interruption:
    """A callback for long calculations through which Ctrl-C ends them.

    While Python's handler of SIGINT would raise somewhere between C and Python, it is held back: what it raises ends the calculation, and is raised when this is left.
    """

    def __init__(self, kind: Any = KEEP_GOING) -> None:
        self._raised: BaseException | None = None
        self._previous: Any = None
        self.callback = kind(self._go_on)

    def _go_on(self, *_progress: object) -> int:
        return 1 if self._raised is None else 0

    def _handle(self, number: int, frame: FrameType | None) -> None:
        try:
            self._previous(number, frame)
        except BaseException as error:  # to be raised in its place, be it KeyboardInterrupt or what a program's own handler raises
            self._raised = error

    def __enter__(self) -> Interruption:
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self._previous = signal.getsignal(signal.SIGINT)
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        if self._raised is not None:
            raise self._raised from None


def text(value: bytes | None) -> str:
    """A borrowed C string, copied."""
    return value.decode() if value else ""


def names(values: list[str]) -> Any:
    """A C array of strings."""
    return (C.c_char_p * max(len(values), 1))(*(value.encode() for value in values))
