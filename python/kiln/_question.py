"""What every question has in common: formula, atmosphere, database and the options of the solver."""

from __future__ import annotations

import ctypes as C
import warnings
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

from . import _library as L
from ._context import Context, encoded, listed, names, text
from ._quantities import Path, Pressure, count, number, pressure
from .database import Database, open_database
from .errors import ArgumentError, MissingError

METHODS = {"newton": 0, "nlopt": 1}
A_FORMULA = "a formula is a text, such as \"(Mg,Co,Ni,Cu,Zn)O\""
AN_ATMOSPHERE = "an atmosphere is a text, such as \"air\" or \"1e-5bar\""


class ArrayOptions(TypedDict, total=False):
    """Keywords that every calculation takes, arrays of equilibria too."""

    database: Database | Path | None  #: a Database, a YAML or TDB file or a name; None: the default one
    changes: Sequence[str]  #: what-ifs, as of :class:`kiln.Database`
    estimates: bool  #: True; False: a pair without data is a MissingError instead of ideal
    without: str | Sequence[str]  #: phases, by name or label, that shall not compete
    only: str | Sequence[str]  #: the only phases there are
    pco2: Pressure  #: p(CO2) instead of the atmosphere's; 0: none
    ph2o: Pressure  #: p(H2O) instead of the atmosphere's; 0: none
    solver: Literal["newton", "nlopt"]  #: "newton"; "nlopt" is slower, kept as the reference
    certify: bool  #: True; False: answers are not proved
    certify_gap_J_mol: float  #: 0.01; what a proof may leave open, J/mol, 1e-5 to 1000
    certify_budget: int  #: 20000; boxes of branch and bound per phase
    gas_constant: float  #: 8.31446261815324 J/mol/K; assessments made before 2019 rest on 8.31451


class Options(ArrayOptions, total=False):
    """The same where there is one oxygen pressure: see :class:`ArrayOptions`, and ``po2``."""

    po2: Pressure  #: p(O2) instead of the atmosphere's; bar, or text with a unit


def has_components(formula: object) -> bool:
    """Whether a text states components, ``"Al, x(Zn)=0.4"``, rather than a formula."""
    return isinstance(formula, str) and "=" in formula


def default_atmosphere(formula: object) -> str:
    """What None stands for."""
    return "closed" if has_components(formula) else "air"


def composition(ctx: Context, formula: str) -> L.Composition:
    """A formula, parsed."""
    parsed = L.Composition()
    ctx.call("composition_parse", ctx.handle, encoded(formula, A_FORMULA), C.byref(parsed))
    return parsed


def atmosphere(ctx: Context, name: str | None, formula: object, options: Options | None = None) -> L.Atmosphere:
    """An atmosphere, parsed, with the pressures that options set; None: what goes with the formula."""
    given: Options = options or {}
    gases = [given.get("po2"), given.get("pco2"), given.get("ph2o")]
    if name is None and has_components(formula) and any(gas is not None for gas in gases):
        raise ArgumentError("components are closed where no atmosphere is stated: a pressure needs one, such as atmosphere=\"air\"")
    name = default_atmosphere(formula) if name is None else name
    parsed = L.Atmosphere()
    ctx.call("atmosphere_parse", ctx.handle, encoded(name, AN_ATMOSPHERE), C.byref(parsed))
    bars = [C.c_double(0.0 if gas == 0 else pressure(ctx, gas)) if gas is not None else None for gas in gases]
    ctx.call("atmosphere_set_gases", ctx.handle, C.byref(parsed), *(None if bar is None else C.byref(bar) for bar in bars))
    return parsed


class Settings:
    """Options as the library takes them, and the database they are about."""

    def __init__(self, ctx: Context, options: Options) -> None:
        unknown = set(options) - set(Options.__annotations__)
        if unknown:
            raise TypeError(f"unexpected keyword argument {sorted(unknown)[0]!r}; options are {', '.join(Options.__annotations__)}")
        lib = ctx.library
        self.ctx = ctx
        self.database = open_database(options.get("database"), options.get("changes", ()))
        self.system: L.SystemOptions = lib.options(L.SystemOptions, "system")
        self.solver: L.SolverOptions = lib.options(L.SolverOptions, "solver")
        self.system.allow_estimates = options.get("estimates", True)
        method = options.get("solver", "newton")
        if method not in METHODS:
            raise ArgumentError(f"solver {method!r}: expected newton or nlopt")
        self.solver.method = METHODS[method]
        self.system.R_J_molK = number("gas_constant", options.get("gas_constant", self.system.R_J_molK))
        self.solver.certify = bool(options.get("certify", True))
        self.solver.certify_gap_J_mol = number("certify_gap_J_mol", options.get("certify_gap_J_mol", self.solver.certify_gap_J_mol))
        self.solver.certify_budget = count("certify_budget", options.get("certify_budget", self.solver.certify_budget), 1, 1000000000)
        self.has_budget = "certify_budget" in options
        without, only = self._phases(options.get("without", ())), self._phases(options.get("only", ()))
        both = set(without) & set(only)
        if both:
            raise ArgumentError(f"only and without both name {sorted(both)[0]}")
        self.system.without, self.system.n_without = names(without), len(without)
        if only:
            self.system.only, self.system.n_only = names(only), len(only)

    def _phases(self, wanted: str | Sequence[str]) -> list[str]:
        """Names as the database spells them."""
        return [self.database.phase_name(self.ctx, name) for name in listed(wanted, "phases are given by name or label")]

    @property
    def is_certified(self) -> bool:
        """Whether proofs are asked for."""
        return bool(self.solver.certify)

    def report_question(self, title: str) -> L.ReportQuestion:
        """What a report echoes."""
        return L.ReportQuestion(title.encode(), C.pointer(self.system), C.pointer(self.solver))


class Question(Settings):
    """One composition in one atmosphere."""

    def __init__(self, ctx: Context, formula: str, gas: str | None, options: Options) -> None:
        super().__init__(ctx, options)
        self.formula = formula
        self.composition = self._conditions() if has_components(formula) else composition(ctx, formula)
        self.atmosphere = atmosphere(ctx, gas, formula, options)

    def _conditions(self) -> L.Composition:
        """The composition of a list of conditions; its pressure and potentials become the system's."""
        stated = L.Conditions()
        self.ctx.call("conditions_parse", self.ctx.handle, encoded(self.formula), C.byref(stated))
        if stated.T_K > 0.0:
            raise ArgumentError("T has no place among the conditions: the temperature is an argument of its own")
        self.system.pressure_bar, self.system.n_fixed, self.system.fixed = stated.P_bar, stated.n_fixed, stated.fixed
        parsed: L.Composition = stated.composition
        return parsed

    def create_system(self) -> Any:
        """The address of its system."""
        return self.ctx.make(
            "system_create", "system_free", self.ctx.handle, self.database.handle, C.byref(self.composition),
            C.byref(self.atmosphere), C.byref(self.system),
        )  # fmt: skip

    def create_solver(self, system: Any, certify: bool = True) -> Any:
        """The address of a solver for it, without proofs if they are not wanted."""
        options = L.SolverOptions.from_buffer_copy(self.solver)
        options.certify = bool(options.certify) and certify
        return self.ctx.make("solver_create", "solver_free", system, C.byref(options))

    def about(self) -> L.StepQuestion:
        """The same for functions that make their systems themselves."""
        return L.StepQuestion(
            self.database.handle, C.pointer(self.composition), C.pointer(self.atmosphere), C.pointer(self.system), C.pointer(self.solver)
        )

    def structures(self, system: Any, structure: str | None) -> L.Structures:
        """The structure that is meant, and its alternatives."""
        found = L.Structures()
        self.ctx.call("structures_find", system, encoded(structure) if structure is not None else None, C.byref(found))
        if found.lacks_layered:
            label = text(self.ctx.library.system_phase_label(system, found.phase[0]))
            warnings.warn(
                f"{text(self.composition.canonical)} is usually a layered oxide (O3 or P2), and database {self.database.name} has none that "
                f"can hold it: this is about {label}",
                UserWarning,
                stacklevel=3,
            )
        return found

    def structure(self, system: Any, structure: str | None) -> int:
        """The structure to ask about, as an index in the system."""
        phase = C.c_int()
        found = self.structures(system, structure)
        self.ctx.call("structures_choose", system, C.byref(self.solver), C.byref(found), C.byref(phase))
        return phase.value

    def phase_in(self, system: Any, name: str) -> int:
        """Index in the system of a phase by name or label."""
        phase = int(self.ctx.library.system_find_phase(system, self.database.phase_name(self.ctx, name).encode()))
        if phase < 0:
            canonical = text(self.composition.canonical)
            raise MissingError(f"{name} cannot form from {canonical} in this atmosphere")
        return phase
