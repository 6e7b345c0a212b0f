"""One call into the library: its context, what it has made, and how it fails."""

from __future__ import annotations

import ctypes as C
import re
import signal
import threading
from collections.abc import Iterable
from contextlib import ExitStack
from types import FrameType, TracebackType
from typing import Any

from ._library import KEEP_GOING, library
from .errors import BY_STATUS, ArgumentError, KilnError, ParseError

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class Context:
    """A kiln_context with everything made through it; leaving it frees all in reverse order. One thread at a time."""

    def __init__(self) -> None:
        self.library = library()
        self._made = ExitStack()
        handle = C.c_void_p()
        status = self.library.context_create(None, C.byref(handle))
        if status != 0:
            raise self.error(status, text(self.library.status_text(status)))
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
    def error(status: int, sentence: str) -> KilnError:
        """The exception that a status stands for."""
        return BY_STATUS.get(status, KilnError)(sentence)

    def sentence(self, status: int) -> str:
        """What the library says of its last failure."""
        return text(self.library.context_error(self.handle)) or text(self.library.status_text(status))

    def check(self, status: int) -> None:
        """Raise what a status stands for."""
        if status != 0:
            raise self.error(status, self.sentence(status))

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

    def take_text(self, name: str, free: str, *arguments: Any) -> str:
        """The text that a function makes in its last two arguments."""
        out, length = C.c_void_p(), C.c_size_t()
        self.call(name, *arguments, C.byref(out), C.byref(length))
        try:
            return C.string_at(out.value or 0, length.value).decode()
        finally:
            getattr(self.library, free)(self.handle, out)


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
    """A borrowed C string, copied; of the name of a file in another encoding bytes are shown as escapes."""
    return value.decode(errors="backslashreplace") if value else ""


def encoded(value: str, expected: str = "expected a text") -> bytes:
    """Text for the library, where a NUL would end it."""
    if not isinstance(value, str):
        raise ArgumentError(f"{expected}, not {value!r}")
    bad = _NO_TEXT.search(value)
    if bad:
        raise ParseError(f"{value!r}, column {bad.start() + 1}: {bad.group()!r} is no character of a text")
    return value.encode()


def listed(values: str | Iterable[str], expected: str = "expected a text, or several in a list") -> list[str]:
    """One text or several, as a list."""
    items: list[Any] = [values] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
    if not all(isinstance(item, str) for item in items):
        raise ArgumentError(f"{expected}, not {values!r}")
    return list(map(str, items))


def names(values: list[str]) -> Any:
    """A C array of strings."""
    return (C.c_char_p * max(len(values), 1))(*map(encoded, values))
