"""Equilibrium thermodynamics of high-entropy oxides: single-phase windows, equilibria, phase diagrams, and how sure they are.

    >>> import kiln
    >>> w = kiln.window("(Mg,Co,Ni,Cu,Zn)O", atmosphere="air")
    >>> print(w)                                    # doctest: +SKIP

Temperatures are numbers in kelvin or text with a unit, "900C"; pressures numbers in bar or text, "0.2atm". Failures are subclasses of :class:`KilnError`;
answers without a proof come with an :class:`UncertifiedWarning`. Every call has a context of its own, so that any number of threads may call at a time.
"""

from . import diagram
from ._question import ArrayOptions, Options
from ._version import __version__
from .arrays import Equilibria
from .database import Database, FunctionValue, Listing, Remark
from .designs import Design, design
from .entropies import Entropy, entropy
from .equilibria import Equilibrium, equilibrium
from .errors import (
    ArgumentError,
    FileError,
    KilnError,
    LibraryError,
    MissingError,
    NotConvergedError,
    OutOfMemoryError,
    ParseError,
    RangeError,
    SingularError,
    StoppedError,
    UncertifiedWarning,
)
from .fits import Fit, fit
from .risks import Risk, risk
from .screening import Screening, screen
from .sintering import Sinter, sinter
from .steps import Step, step
from .studies import Case, Rerun, Study, rerun, study
from .validation import Validation, validate
from .windows import Range, Window, window

__all__ = [
    "ArgumentError",
    "ArrayOptions",
    "Case",
    "Database",
    "Design",
    "Entropy",
    "Equilibria",
    "Equilibrium",
    "FileError",
    "Fit",
    "FunctionValue",
    "KilnError",
    "LibraryError",
    "Listing",
    "MissingError",
    "NotConvergedError",
    "Options",
    "OutOfMemoryError",
    "ParseError",
    "Range",
    "RangeError",
    "Remark",
    "Rerun",
    "Risk",
    "Screening",
    "SingularError",
    "Sinter",
    "Step",
    "StoppedError",
    "Study",
    "UncertifiedWarning",
    "Validation",
    "Window",
    "__version__",
    "design",
    "diagram",
    "entropy",
    "equilibrium",
    "fit",
    "rerun",
    "risk",
    "screen",
    "sinter",
    "step",
    "study",
    "validate",
    "window",
]
