"""Exceptions: one for each status of the C library, all of them a :class:`KilnError`.

Each carries the library's sentence, which says what is wrong and what would be accepted, and a hint on what to do about that kind of failure.
"""

from __future__ import annotations


class KilnError(Exception):
    """A failure of kiln.

    Attributes:
        sentence: what the C library says, e.g. ``unknown element "Xx" in column 2``.
        status: name of the C status without its prefix, ``"PARSE"``.
        hint: what may help with failures of this kind; ``""`` for none.
    """

    status = ""
    hint = ""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.sentence}\n  hint: {self.hint}" if self.hint else self.sentence


class ArgumentError(KilnError, ValueError):
    """An argument is out of its range, or names something that does not exist (KILN_E_ARG)."""

    status = "ARG"


class OutOfMemoryError(KilnError, MemoryError):
    """Memory was not to be had (KILN_E_NOMEM)."""

    status = "NOMEM"


class NotConvergedError(KilnError, ArithmeticError):
    """The solver found no answer within its rounds (KILN_E_NOT_CONVERGED)."""

    status = "NOT_CONVERGED"
    hint = "solver=\"nlopt\" takes another, slower way"


class SingularError(KilnError, ArithmeticError):
    """A linear system has no unique solution: parameters that neither data nor priors determine (KILN_E_SINGULAR)."""

    status = "SINGULAR"


class ParseError(KilnError, ValueError):
    """Text that could not be understood: a formula, a temperature, an atmosphere, a file (KILN_E_PARSE)."""

    status = "PARSE"


class FileError(KilnError, OSError):
    """A file that could not be read (KILN_E_IO)."""

    status = "IO"
    hint = "databases are looked for in the working folder, in KILN_DATABASE_PATH and beside the library"


class MissingError(KilnError, LookupError):
    """The database lacks an element, a phase or a parameter that the question needs (KILN_E_MISSING)."""

    status = "MISSING"
    hint = "Database.phases lists what a database covers; kiln.Database() is the default one"


class RangeError(KilnError, ValueError):
    """The question lies outside the validity of the database's functions (KILN_E_RANGE)."""

    status = "RANGE"


class StoppedError(KilnError):
    """The calculation was ended from outside (KILN_E_INTERRUPTED). Ctrl-C raises KeyboardInterrupt instead."""

    status = "INTERRUPTED"


class LibraryError(KilnError, ImportError):
    """libkiln cannot be found or loaded, or is another version than this package."""

    status = "LIBRARY"


class UncertifiedWarning(UserWarning):
    """A result without a proof that nothing better exists; its ``certificate`` says why."""


BY_STATUS: dict[int, type[KilnError]] = {
    -1: ArgumentError,
    -2: OutOfMemoryError,
    -3: NotConvergedError,
    -4: SingularError,
    -5: ParseError,
    -6: FileError,
    -7: MissingError,
    -8: RangeError,
    -9: StoppedError,
}
