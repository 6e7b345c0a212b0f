"""The C library: where it is, the layout of its structures and the prototypes of its functions.

Layouts follow include/kiln/*.h by hand; python/tests/test_layout.py compares every one of them with what a C compiler makes of the headers.
"""

from __future__ import annotations

import ctypes as C
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ._version import __version__
from .errors import LibraryError

MAX_COMPONENTS = 32
MAX_FIXED = 4
MAX_GROUPS = 16
MAX_STRUCTURES = 16
MAX_LIMITS, MAX_DECISIVE, MAX_RANGES, MAX_RIVALS = 4, 8, 8, 48
MAX_BLAME = 8
MAX_PRECURSORS, SINTER_GASES = 16, 8
CANDIDATES = {"list": 0, "choose": 1, "grid": 2, "random": 3, "substitute": 4, "table": 5}
FIELD_NUMBER, FIELD_TEXT = 1, 2
MAX_TOP = 10000
MAX_VARIED, MAX_DESIGN_LIMITS = 12, 16
STATUS = {
    0: "OK", -1: "ARG", -2: "NOMEM", -3: "NOT_CONVERGED", -4: "SINGULAR",
    -5: "PARSE", -6: "IO", -7: "MISSING", -8: "RANGE", -9: "INTERRUPTED",
}  # fmt: skip
TEXT, JSON, CSV = 0, 1, 2
SEVERITIES = {0: "error", 1: "warning", 2: "note"}
ISOPLETH, TPO2, TERNARY = 0, 1, 2
OPTIONS_VERSION = 1

_int, _double, _text, _pointer = C.c_int, C.c_double, C.c_char_p, C.c_void_p
_components = _double * MAX_COMPONENTS
KEEP_GOING = C.CFUNCTYPE(_int, _int, _int, _pointer)
KEEP_GOING_SHARE = C.CFUNCTYPE(_int, _double, _pointer)
KEEP_GOING_LONG = C.CFUNCTYPE(_int, C.c_uint64, C.c_uint64, _pointer)


class _Structure(C.Structure):
    """A structure of the headers; its C name is `kiln_` and the snake case of the class."""


class Component(_Structure):
    _fields_ = [("z", _int), ("amount", _double), ("valence", _double), ("is_anion", _int), ("group", _int), ("joined", _int)]


class Composition(_Structure):
    _fields_ = [
        ("n", _int), ("component", Component * MAX_COMPONENTS), ("n_groups", _int), ("oxygen_is_variable", _int),
        ("anions_per_cation", _double), ("reading", _text), ("by_components", _int), ("charge_imbalance", _double),
        ("canonical", C.c_char * 512),
    ]  # fmt: skip


class FixedPotential(_Structure):
    _fields_ = [("z", _int), ("is_activity", _int), ("value", _double)]


class Conditions(_Structure):
    _fields_ = [
        ("T_K", _double), ("P_bar", _double), ("composition", Composition), ("n_fixed", _int), ("fixed", FixedPotential * MAX_FIXED),
    ]  # fmt: skip


class Atmosphere(_Structure):
    _fields_ = [
        ("control", _int), ("po2_bar", _double), ("ratio", _double), ("pco2_bar", _double), ("ph2o_bar", _double),
        ("log10_po2_sigma", _double), ("label", C.c_char * 96),
    ]  # fmt: skip


class SystemOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("allow_estimates", _int), ("without", C.POINTER(_text)), ("n_without", _int),
        ("only", C.POINTER(_text)), ("n_only", _int), ("n_fixed", _int), ("fixed", FixedPotential * MAX_FIXED),
        ("pressure_bar", _double), ("R_J_molK", _double),
    ]  # fmt: skip


class SolverOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("method", _int), ("tolerance_J_mol", _double), ("max_rounds", _int), ("certify", _int),
        ("certify_gap_J_mol", _double), ("certify_budget", _int),
    ]  # fmt: skip


class Certificate(_Structure):
    _fields_ = [("is_certified", _int), ("gap_J_mol", _double), ("nodes", _int), ("phase", _int), ("reason", _text)]


class EquilibriumPhase(_Structure):
    _fields_ = [
        ("phase", _int), ("amount_mol", _double), ("component_mol", _double), ("mass_fraction", _double), ("oxygen_mol", _double),
        ("composition", _components), ("site_fractions", C.POINTER(_double)), ("n_site_fractions", _int),
    ]  # fmt: skip


class Equilibrium(_Structure):
    _fields_ = [
        ("T_K", _double), ("n_phases", _int), ("phase", EquilibriumPhase * MAX_COMPONENTS), ("mu_J_mol", _components),
        ("mu_open_J_mol", _double * (3 + MAX_FIXED)), ("G_J_mol", _double), ("oxygen_mol", _double), ("mass_g", _double), ("worst_J_mol", _double),
        ("certificate", Certificate), ("mu_is_unique", _int), ("rounds", _int),
    ]  # fmt: skip


class StepRow(_Structure):
    _fields_ = [
        ("equilibrium", Equilibrium), ("mass_change_percent", _double), ("oxygen_per_cation", _double), ("valence", _components),
    ]  # fmt: skip


class StepQuestion(_Structure):
    _fields_ = [
        ("db", _pointer), ("composition", C.POINTER(Composition)), ("atmosphere", C.POINTER(Atmosphere)),
        ("system_options", C.POINTER(SystemOptions)), ("solver_options", C.POINTER(SolverOptions)),
    ]  # fmt: skip


class Transition(_Structure):
    _fields_ = [
        ("T_K", _double), ("n_before", _int), ("before", _int * MAX_COMPONENTS), ("n_after", _int), ("after", _int * MAX_COMPONENTS),
    ]  # fmt: skip


class BatchQuestion(_Structure):
    _fields_ = [
        ("about", StepQuestion), ("n", _int), ("T_K", C.POINTER(_double)), ("amounts", C.POINTER(_double)),
        ("log10_po2_bar", C.POINTER(_double)), ("extrapolate_K", _double), ("n_threads", _int), ("keep_going", KEEP_GOING), ("user", _pointer),
    ]  # fmt: skip


class BatchAnswer(_Structure):
    _fields_ = [
        ("status", C.POINTER(_int)), ("G_J_mol", C.POINTER(_double)), ("oxygen_per_cation", C.POINTER(_double)),
        ("mass_g", C.POINTER(_double)), ("mu_J_mol", C.POINTER(_double)), ("mu_is_unique", C.POINTER(_int)),
        ("is_certified", C.POINTER(_int)), ("gap_J_mol", C.POINTER(_double)),
        ("extrapolated_K", C.POINTER(_double)), ("n_phases", C.POINTER(_int)), ("phase", C.POINTER(_int)),
        ("component_mol", C.POINTER(_double)), ("mass_fraction", C.POINTER(_double)), ("composition", C.POINTER(_double)),
    ]  # fmt: skip


class WindowOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("T_min_K", _double), ("T_max_K", _double), ("step_K", _double), ("detect_mass_fraction", _double),
        ("n_samples", _int), ("seed", C.c_uint64), ("extrapolate_K", _double), ("find_apparent", _int), ("ends_only", _int),
    ]  # fmt: skip


class LimitPhase(_Structure):
    _fields_ = [("phase", _int), ("share", _double), ("composition", _components), ("oxygen_per_cation", _double)]


class Decisive(_Structure):
    _fields_ = [
        ("name", _text), ("is_slope", _int), ("sigma", _double), ("dT_dparameter", _double), ("contribution_K", _double),
        ("status", _text), ("source", _text), ("estimate", _text),
    ]  # fmt: skip


class WindowEnd(_Structure):
    _fields_ = [
        ("kind", _int), ("T_K", _double), ("slope_J_molK", _double), ("n_limits", _int), ("limit", LimitPhase * MAX_LIMITS),
        ("has_sigma", _int), ("sigma_K", _double), ("median_K", _double), ("low_K", _double), ("high_K", _double),
        ("low_is_open", _int), ("high_is_open", _int), ("has_detected", _int), ("has_bracket", _int), ("bracket_low_K", _double),
        ("bracket_high_K", _double), ("detected_K", _double), ("n_decisive", _int), ("decisive", Decisive * MAX_DECISIVE),
        ("is_extrapolated", _int), ("oxygen_per_cation", _double), ("valence", _components),
    ]  # fmt: skip


class WindowRange(_Structure):
    _fields_ = [("low", WindowEnd), ("high", WindowEnd), ("probability", _double)]


class Rival(_Structure):
    _fields_ = [("phase", _int), ("T_K", _double), ("from_below", _int), ("sigma_K", _double)]


class EnergyBudget(_Structure):
    _fields_ = [
        ("T_K", _double), ("has_formation", _int), ("dG_J_mol", _double), ("dH_J_mol", _double), ("excess_J_mol", _double),
        ("S_conf_J_molK", _double), ("minus_TS_J_mol", _double), ("per_formula", _double), ("excess_H_J_mol", _double),
    ]  # fmt: skip


class ApparentRange(_Structure):
    _fields_ = [
        ("low_K", _double), ("high_K", _double), ("low_is_limited", _int), ("high_is_limited", _int), ("low_phase", _int),
        ("high_phase", _int),
    ]  # fmt: skip


class Window(_Structure):
    _fields_ = [
        ("certificate", Certificate), ("phase", _int), ("n_ranges", _int), ("range", WindowRange * MAX_RANGES), ("n_rivals", _int),
        ("rival", Rival * MAX_RIVALS), ("best_T_K", _double), ("best_J_mol", _double), ("best_limit", _int), ("n_apparent", _int),
        ("apparent", ApparentRange * MAX_RANGES), ("has_spinodal", _int), ("spinodal_K", _double), ("spinodal_is_frozen_lower", _int),
        ("frozen_spinodal_K", _double), ("budget", EnergyBudget), ("scanned_min_K", _double), ("scanned_max_K", _double),
        ("scan_low_kind", _int), ("scan_high_kind", _int), ("n_parameters", _int), ("n_estimated", _int), ("oxygen_reference", _double),
    ]  # fmt: skip


class SinglePhase(_Structure):
    _fields_ = [
        ("is_single", _int), ("least_J_mol", _double), ("limit", _int), ("driving_force", _double * MAX_RIVALS), ("n", _int),
    ]  # fmt: skip


class Structures(_Structure):
    _fields_ = [("n", _int), ("phase", _int * MAX_STRUCTURES), ("lacks_layered", _int)]


class ReportQuestion(_Structure):
    _fields_ = [
        ("formula", _text), ("system_options", C.POINTER(SystemOptions)), ("solver_options", C.POINTER(SolverOptions)),
    ]  # fmt: skip


class ReportAt(_Structure):
    _fields_ = [("T_K", _double), ("single", C.POINTER(SinglePhase)), ("probability", _double)]


class ReportWindowDetails(_Structure):
    _fields_ = [("all", _int), ("is_named", _int), ("at", C.POINTER(ReportAt))]


class ReportStepDetails(_Structure):
    _fields_ = [
        ("extrapolate_K", _double), ("failures", C.POINTER(_text)), ("n_transitions", _int), ("transitions", C.POINTER(Transition)),
        ("compositions_of", _text),
    ]  # fmt: skip


class RiskOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("n_samples", _int), ("seed", C.c_uint64), ("n_threads", _int), ("keep_going", KEEP_GOING),
        ("user", _pointer), ("ranks", _pointer),
    ]  # fmt: skip


class DesignBound(_Structure):
    _fields_ = [("z", _int), ("least", _double), ("most", _double)]


class DesignLimit(_Structure):
    _fields_ = [
        ("n", _int), ("z", _int * MAX_VARIED), ("coefficient", _double * MAX_VARIED), ("most", _double), ("text", C.c_char * 64),
    ]  # fmt: skip


class DesignOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("goal", _int), ("at_K", _double), ("n_varied", _int), ("varied", C.POINTER(_int)), ("n_bounds", _int),
        ("bounds", C.POINTER(DesignBound)), ("n_limits", _int), ("limits", C.POINTER(DesignLimit)), ("least_entropy", _double),
        ("elements", _pointer), ("most_cost", _double), ("least_width_K", _double), ("least_fraction", _double), ("flat_K", _double),
        ("n_starts", _int), ("seed", C.c_uint64), ("keep_going", KEEP_GOING), ("user", _pointer),
    ]  # fmt: skip


class Observation(_Structure):
    _fields_ = [("T_K", _double), ("is_single", _int), ("phase", _int)]


class ObservationErrors(_Structure):
    _fields_ = [("furnace_K", _double), ("weighing", _double), ("misread", _double)]


class Blame(_Structure):
    _fields_ = [("phase", _int), ("is_low", _int), ("share", _double)]


class RiskEnd(_Structure):
    _fields_ = [
        ("q05_K", _double), ("q16_K", _double), ("median_K", _double), ("q84_K", _double), ("q95_K", _double), ("sigma_K", _double),
        ("mean_K", _double), ("standard_K", _double), ("first_order_sigma_K", _double), ("share_open", _double), ("n_limits", _int),
        ("limit", Blame * MAX_BLAME),
    ]  # fmt: skip


class RiskSummary(_Structure):
    _fields_ = [
        ("n_samples", _int), ("n_failed", _int), ("n_effective", _double), ("probability", _double), ("probability_error", _double),
        ("n_unknowns", _int), ("low", RiskEnd), ("high", RiskEnd),
    ]  # fmt: skip


class ReportRiskDetails(_Structure):
    _fields_ = [
        ("at_K", _double), ("require", _double), ("n_curve", _int), ("curve_K", C.POINTER(_double)), ("n_observations", _int),
        ("observations", C.POINTER(Observation)), ("expected", C.POINTER(_double)), ("errors", C.POINTER(ObservationErrors)),
        ("before", C.POINTER(RiskSummary)),
    ]  # fmt: skip


class VapourOptions(_Structure):
    _fields_ = [("version", C.c_uint32), ("film_mm", _double), ("surface_cm2_g", _double), ("loss_percent_h", _double)]


class VapourLoss(_Structure):
    _fields_ = [
        ("z", _int), ("is_cation", _int), ("n_species", _int), ("main_species", _int), ("free_mol_m2_s", _double),
        ("film_mol_m2_s", _double), ("film_mg_cm2_h", _double), ("film_percent_h", _double),
    ]  # fmt: skip


class VapourCeiling(_Structure):
    _fields_ = [
        ("is_found", _int), ("is_below", _int), ("T_K", _double), ("sigma_K", _double), ("z", _int), ("species", _text),
        ("film_percent_h", _double), ("released_po2_bar", _double),
    ]  # fmt: skip


class SinterOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("vapour", VapourOptions), ("cool_to_K", _double), ("scan_gases", _int), ("n_precursors", _int),
        ("precursors", C.POINTER(Composition)),
    ]  # fmt: skip


class SinterLimit(_Structure):
    _fields_ = [("exists", _int), ("has_sigma", _int), ("T_K", _double), ("safe_K", _double)]


class Precursor(_Structure):
    _fields_ = [
        ("formula", C.c_char * 64), ("is_known", _int), ("is_carbonate", _int), ("T_melt_K", _double), ("sigma_K", _double),
        ("decomposes", _int), ("mobile_K", _double), ("status", _text), ("source", _text),
    ]  # fmt: skip


class SinterGas(_Structure):
    _fields_ = [
        ("po2_bar", _double), ("is_asked", _int), ("n_ranges", _int), ("low_K", _double), ("high_K", _double), ("low_kind", _int),
        ("high_kind", _int), ("high_phase", _int),
    ]  # fmt: skip


class Sinter(_Structure):
    _fields_ = [
        ("window", Window), ("range", _int), ("floor", SinterLimit), ("ceiling", SinterLimit), ("vapour", VapourCeiling),
        ("vapour_limit", SinterLimit), ("n_precursors", _int), ("precursor", Precursor * MAX_PRECURSORS), ("first_mobile", _int),
        ("kinetic", SinterLimit), ("solidus_K", _double), ("densify_K", _double), ("freeze_K", _double), ("is_seen", _int),
        ("low_K", _double), ("high_K", _double), ("low_is_open", _int), ("high_is_open", _int), ("is_safe", _int),
        ("calcine_low_K", _double), ("calcine_high_K", _double), ("sinter_low_K", _double), ("sinter_high_K", _double),
        ("n_losses", _int), ("loss", VapourLoss * MAX_COMPONENTS), ("released_po2_bar", _double), ("has_cooled", _int),
        ("cooled", Equilibrium), ("n_gases", _int), ("gas", SinterGas * SINTER_GASES), ("widest_gas", _int),
    ]  # fmt: skip


class TxOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("n_intervals", _int), ("tolerance_x", _double), ("tolerance_K", _double), ("least_K", _double),
        ("most_points", _int), ("all_spinodals", _int), ("keep_going", KEEP_GOING_SHARE), ("user", _pointer),
    ]  # fmt: skip


class ReportTxDetails(_Structure):
    _fields_ = [("experiments", _pointer)]


class SectionQuestion(_Structure):
    _fields_ = [
        ("kind", _int), ("db", _pointer), ("member", C.POINTER(Composition) * 3), ("atmosphere", C.POINTER(Atmosphere)),
        ("system_options", C.POINTER(SystemOptions)), ("solver_options", C.POINTER(SolverOptions)), ("u_low", _double),
        ("u_high", _double), ("T_low_K", _double), ("T_high_K", _double),
    ]  # fmt: skip


class SectionOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("grid", _int), ("tolerance_u", _double), ("tolerance_K", _double), ("straightness", _double),
        ("most_points", _int), ("quick_budget", _int), ("keep_going", KEEP_GOING_SHARE), ("user", _pointer),
    ]  # fmt: skip


class SectionEnd(_Structure):
    _fields_ = [
        ("exists", _int), ("T_K", _double), ("has_sigma", _int), ("low_K", _double), ("high_K", _double), ("low_is_open", _int),
        ("high_is_open", _int), ("has_detected", _int), ("detected_K", _double), ("phase", _int),
    ]  # fmt: skip


class SectionWindow(_Structure):
    _fields_ = [
        ("u", _double), ("n_ranges", _int), ("low", SectionEnd * MAX_RANGES), ("high", SectionEnd * MAX_RANGES), ("is_certified", _int),
    ]  # fmt: skip


class ReportSectionDetails(_Structure):
    _fields_ = [
        ("member", C.POINTER(Composition) * 3), ("varied", _text), ("phase", _int), ("n_windows", _int),
        ("windows", C.POINTER(SectionWindow)),
    ]  # fmt: skip


class ValidateOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("detect_mass_fraction", _double), ("n_samples", _int), ("seed", C.c_uint64), ("resamples", _int),
        ("keep_going", KEEP_GOING), ("user", _pointer),
    ]  # fmt: skip


class ReportValidation(_Structure):
    _fields_ = [("db", _pointer), ("trials", _pointer), ("known", _pointer), ("validation", _pointer), ("require", _double)]


class FitOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("method", _int), ("database", _text), ("extrapolate_K", _double), ("leave_out", _int),
        ("n_starts", _int), ("seed", C.c_uint64), ("max_iterations", _int),
    ]  # fmt: skip


class FitProblemInfo(_Structure):
    _fields_ = [("id", _text), ("text", _text), ("status", _int)]


class EntropyValue(_Structure):
    _fields_ = [("R", _double), ("J_mol_K", _double), ("grade", _int)]


class Entropy(_Structure):
    _fields_ = [
        ("mixing", EntropyValue), ("both", EntropyValue), ("per_cation", EntropyValue), ("pooled", EntropyValue),
        ("per_formula", EntropyValue), ("per_site", EntropyValue), ("n_groups", _int), ("group_sites", _double * MAX_GROUPS),
        ("group_R", _double * MAX_GROUPS), ("mixing_group", _int), ("is_alloy", _int), ("anions_mix", _int), ("grade", _int),
        ("class_depends_on_basis", _int), ("sentence", C.c_char * 384), ("verdict", C.c_char * 160),
    ]  # fmt: skip


class FigureOptions(_Structure):
    _fields_ = [("version", C.c_uint32), ("format", _int), ("theme", _int), ("width_mm", _double), ("font", _text)]


class CandidatesOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("kind", _int), ("n_formulas", _int), ("formulas", C.POINTER(_text)), ("from_", _text),
        ("choose_least", _int), ("choose_most", _int), ("step", _double), ("n", C.c_uint64), ("seed", C.c_uint64), ("substitute", _text),
        ("path", _text),
    ]  # fmt: skip


class ScreenQuestion(_Structure):
    _fields_ = [
        ("db", _pointer), ("candidates", _pointer), ("n_phases", _int), ("phases", C.POINTER(_text)), ("n_atmospheres", _int),
        ("atmospheres", C.POINTER(Atmosphere)), ("atmosphere_names", C.POINTER(_text)), ("system_options", C.POINTER(SystemOptions)),
        ("solver_options", C.POINTER(SolverOptions)), ("window_options", C.POINTER(WindowOptions)), ("at_K", _double),
        ("elements", _pointer),
    ]  # fmt: skip


class Column(_Structure):
    _fields_ = [("name", _text), ("kind", _int)]


class Field(_Structure):
    _fields_ = [("kind", _int), ("number", _double), ("text", _text)]


class ScreenUnit(_Structure):
    _fields_ = [("index", C.c_uint64), ("first_row", C.c_uint64), ("n_rows", _int), ("field", C.POINTER(Field))]


TAKE_UNIT = C.CFUNCTYPE(_int, C.POINTER(ScreenUnit), _pointer, _pointer)


class ScreeningOptions(_Structure):
    _fields_ = [
        ("version", C.c_uint32), ("where", _text), ("sort", _text), ("top", _int), ("path", _text), ("n_threads", _int),
        ("keep_going", KEEP_GOING_LONG), ("take", TAKE_UNIT), ("user", _pointer), ("ranks", _pointer),
    ]  # fmt: skip


class Finding(_Structure):
    _fields_ = [("severity", _int), ("kind", _text), ("text", _text), ("file", _text), ("line", _int), ("column", _int)]


_ref = C.POINTER
_out_text = _ref(_pointer)
_out_size = _ref(C.c_size_t)
_out = _ref(_pointer)
_doubles = _ref(_double)

# Every function that is called: result, arguments. Handles and contexts are plain addresses.
_PROTOTYPES: dict[str, tuple[Any, list[Any]]] = {
    "version": (_text, []),
    "status_text": (_text, [_int]),
    "context_create": (_int, [_pointer, _out]),
    "context_free": (None, [_pointer]),
    "context_error": (_text, [_pointer]),
    "composition_parse": (_int, [_pointer, _text, _ref(Composition)]),
    "conditions_parse": (_int, [_pointer, _text, _ref(Conditions)]),
    "composition_vary": (_int, [_pointer, _ref(Composition), _int, _double, _ref(Composition)]),
    "composition_fraction": (_double, [_ref(Composition), _int]),
    "element_symbol": (_text, [_int]),
    "atmosphere_parse": (_int, [_pointer, _text, _ref(Atmosphere)]),
    "atmosphere_set_gases": (_int, [_pointer, _ref(Atmosphere), _doubles, _doubles, _doubles]),
    "temperature_parse": (_int, [_pointer, _text, _doubles]),
    "temperature_range_parse": (_int, [_pointer, _text, _doubles, _doubles, _doubles]),
    "pressure_parse": (_int, [_pointer, _text, _doubles]),
    "database_load": (_int, [_pointer, _text, _out]),
    "database_load_changed": (_int, [_pointer, _text, _int, _ref(_text), _out]),
    "database_free": (None, [_pointer]),
    "database_name": (_text, [_pointer]),
    "database_sha256": (_text, [_pointer]),
    "database_n_files": (_int, [_pointer]),
    "database_file": (_text, [_pointer, _int]),
    "database_find_function": (_int, [_pointer, _text]),
    "database_meant_phase": (_int, [_pointer, _pointer, _text, _ref(_int)]),
    "database_n_remarks": (_int, [_pointer]),
    "database_remark": (_int, [_pointer, _int, _ref(Finding)]),
    "database_write_tdb": (_int, [_pointer, _pointer, _text, _out_text, _out_size]),
    "database_write_yaml": (_int, [_pointer, _pointer, _text, _out_text, _out_size]),
    "database_text_free": (None, [_pointer, _pointer]),
    "database_function_value": (_int, [_pointer, _pointer, _int, _double, _doubles, _doubles, _doubles]),
    "system_options_init": (_int, [_ref(SystemOptions), C.c_uint32]),
    "system_create": (_int, [_pointer, _pointer, _ref(Composition), _ref(Atmosphere), _ref(SystemOptions), _out]),
    "system_free": (None, [_pointer]),
    "system_n_components": (_int, [_pointer]),
    "system_component": (_int, [_pointer, _int, _doubles]),
    "system_n_phases": (_int, [_pointer]),
    "system_phase_name": (_text, [_pointer, _int]),
    "system_phase_label": (_text, [_pointer, _int]),
    "system_find_phase": (_int, [_pointer, _text]),
    "solver_options_init": (_int, [_ref(SolverOptions), C.c_uint32]),
    "solver_create": (_int, [_pointer, _ref(SolverOptions), _out]),
    "solver_free": (None, [_pointer]),
    "equilibrium_solve": (_int, [_pointer, _double, _ref(Equilibrium)]),
    "equilibrium_valences": (None, [_pointer, _doubles]),
    "step_solve": (_int, [_pointer, _int, _doubles, _ref(StepRow), _pointer, _pointer]),
    "step_transitions": (_int, [_pointer, _int, _ref(StepRow), _ref(_int), _double, _int, _ref(Transition), _ref(_int)]),
    "batch_solve": (_int, [_pointer, _ref(BatchQuestion), _ref(BatchAnswer)]),
    "structures_find": (_int, [_pointer, _text, _ref(Structures)]),
    "structures_choose": (_int, [_pointer, _ref(SolverOptions), _ref(Structures), _ref(_int)]),
    "window_options_init": (_int, [_ref(WindowOptions), C.c_uint32]),
    "window_solver_create": (_int, [_pointer, _ref(SolverOptions), _ref(WindowOptions), _out]),
    "window_solver_free": (None, [_pointer]),
    "window_solve": (_int, [_pointer, _int, _ref(Window)]),
    "window_at": (_int, [_pointer, _int, _double, _ref(SinglePhase)]),
    "window_probability": (_double, [_pointer, _double]),
    "window_widest_K": (_double, [_ref(Window)]),
    "risk_options_init": (_int, [_ref(RiskOptions), C.c_uint32]),
    "risk_create": (_int, [_pointer, _ref(StepQuestion), _ref(WindowOptions), _int, _double, _ref(RiskOptions), _out]),
    "risk_free": (None, [_pointer]),
    "risk_window": (_ref(Window), [_pointer, _ref(_int)]),
    "risk_summarise": (_int, [_pointer, _ref(RiskSummary)]),
    "risk_expect": (_int, [_pointer, _ref(Observation), _ref(ObservationErrors), _doubles]),
    "risk_observe": (_int, [_pointer, _int, _ref(Observation), _ref(ObservationErrors)]),
    "design_options_init": (_int, [_ref(DesignOptions), C.c_uint32]),
    "design_bound_parse": (_int, [_pointer, C.c_char_p, _ref(DesignBound)]),
    "design_limit_parse": (_int, [_pointer, C.c_char_p, _ref(DesignLimit)]),
    "design_create": (_int, [_pointer, _ref(StepQuestion), _ref(WindowOptions), _int, _ref(DesignOptions), _out]),
    "design_free": (None, [_pointer]),
    "sinter_options_init": (_int, [_ref(SinterOptions), C.c_uint32]),
    "sinter_solve": (_int, [_pointer, _ref(StepQuestion), _ref(WindowOptions), _int, _ref(SinterOptions), _ref(Sinter)]),
    "gap_solver_create": (
        _int,
        [_pointer, _pointer, _ref(Composition), _ref(Composition), _ref(Atmosphere), _ref(SystemOptions), _ref(SolverOptions), _out],
    ),
    "gap_solver_free": (None, [_pointer]),
    "gap_system": (_pointer, [_pointer]),
    "tx_options_init": (_int, [_ref(TxOptions), C.c_uint32]),
    "tx_create": (_int, [_pointer, _double, _double, _ref(TxOptions), _out]),
    "tx_free": (None, [_pointer]),
    "experiments_load": (_int, [_pointer, _text, _ref(Composition), _ref(Composition), _out]),
    "experiments_free": (None, [_pointer]),
    "section_options_init": (_int, [_ref(SectionOptions), C.c_uint32]),
    "section_create": (_int, [_pointer, _ref(SectionQuestion), _ref(SectionOptions), _out]),
    "section_free": (None, [_pointer]),
    "section_system": (_pointer, [_pointer]),
    "section_windows": (
        _int,
        [_pointer, _ref(SectionQuestion), _int, _int, _doubles, _ref(WindowOptions), _ref(SectionWindow)],
    ),
    "validate_options_init": (_int, [_ref(ValidateOptions), C.c_uint32]),
    "validate": (
        _int,
        [_pointer, _pointer, _pointer, _pointer, _ref(SystemOptions), _ref(SolverOptions), _ref(ValidateOptions), _out],
    ),
    "validation_free": (None, [_pointer]),
    "trials_load": (_int, [_pointer, _text, _out]),
    "trials_free": (None, [_pointer]),
    "known_sources_load": (_int, [_pointer, _text, _out]),
    "known_sources_of": (_int, [_pointer, _pointer, _out]),
    "known_sources_free": (None, [_pointer]),
    "fit_options_init": (_int, [_ref(FitOptions), C.c_uint32]),
    "fit_load": (_int, [_pointer, _text, _ref(FitOptions), _out]),
    "fit_free": (None, [_pointer]),
    "fit_solve": (_int, [_pointer]),
    "fit_n_problems": (_int, [_pointer]),
    "fit_get_problem": (_int, [_pointer, _int, _ref(FitProblemInfo)]),
    "fit_write": (_int, [_pointer, _text, _text, _text, _out_text, _out_size]),
    "fit_text_free": (None, [_pointer, _pointer]),
    "entropy_compute": (_int, [_ref(Composition), _ref(Entropy)]),
    "figure_options_init": (_int, [_ref(FigureOptions), C.c_uint32]),
    "report_entropy": (_int, [_pointer, _text, _ref(Composition), _ref(Entropy), _out]),
    "report_window": (
        _int,
        [
            _pointer, _pointer, _ref(ReportQuestion), _ref(WindowOptions), _ref(Window), _int, _ref(ReportWindowDetails), _out,
        ],
    ),
    "candidates_options_init": (_int, [_ref(CandidatesOptions), C.c_uint32]),
    "candidates_create": (_int, [_pointer, _ref(CandidatesOptions), _out]),
    "candidates_free": (None, [_pointer]),
    "element_table_load": (_int, [_pointer, _text, _out]),
    "element_table_free": (None, [_pointer]),
    "screen_create": (_int, [_pointer, _ref(ScreenQuestion), _out]),
    "screen_free": (None, [_pointer]),
    "screen_n_rows": (C.c_uint64, [_pointer]),
    "screen_n_columns": (_int, [_pointer]),
    "screen_columns": (_ref(Column), [_pointer]),
    "screening_options_init": (_int, [_ref(ScreeningOptions), C.c_uint32]),
    "screening_run": (_int, [_pointer, _pointer, _ref(ScreeningOptions), _out]),
    "screening_free": (None, [_pointer]),
    "report_screen": (_int, [_pointer, _pointer, _out]),
    "report_equilibrium": (_int, [_pointer, _pointer, _ref(ReportQuestion), _ref(Equilibrium), _doubles, _out]),
    "report_step": (_int, [_pointer, _pointer, _ref(ReportQuestion), _int, _ref(StepRow), _ref(ReportStepDetails), _out]),
    "report_risk": (_int, [_pointer, _pointer, _ref(RiskOptions), _ref(ReportQuestion), _ref(ReportRiskDetails), _out]),
    "report_design": (_int, [_pointer, _pointer, _ref(ReportQuestion), _out]),
    "report_sinter": (_int, [_pointer, _pointer, _ref(ReportQuestion), _ref(SinterOptions), _ref(Sinter), _out]),
    "report_tx": (
        _int,
        [
            _pointer, _pointer, _ref(ReportQuestion), _ref(Composition), _ref(Composition), _pointer, _ref(ReportTxDetails), _out,
        ],
    ),
    "report_section": (_int, [_pointer, _pointer, _ref(ReportQuestion), _ref(ReportSectionDetails), _out]),
    "report_validate": (_int, [_pointer, _ref(ReportValidation), _out]),
    "report_fit": (_int, [_pointer, _pointer, _out]),
    "report_database": (_int, [_pointer, _pointer, _out]),
    "report_phase": (_int, [_pointer, _pointer, _int, _out]),
    "report_function": (_int, [_pointer, _pointer, _int, _out]),
    "report_check": (_int, [_pointer, _pointer, _pointer, _out]),
    "report_free": (None, [_pointer]),
    "report_extrapolated_K": (_double, [_pointer]),
    "report_write": (_int, [_pointer, _int, _out_text, _out_size]),
    "report_has_figure": (_int, [_pointer]),
    "report_figure": (_int, [_pointer, _ref(FigureOptions), _out_text, _out_size]),
    "report_sketch": (_int, [_pointer, _int, _out_text, _out_size]),
    "report_text_free": (None, [_pointer, _pointer]),
}  # fmt: skip

_ABI = ".".join(__version__.split(".")[:2])  # 0.x: the ABI moves with the minor version
_NAMES = (f"libkiln.so.{_ABI}", "libkiln.so", f"libkiln.{_ABI}.dylib", "libkiln.dylib")


def _candidates() -> Iterator[str]:
    """Where libkiln may be: KILN_LIBRARY alone if it is set; else package data, the prefix that the package is installed in, the system."""
    stated = os.environ.get("KILN_LIBRARY")
    if stated:
        yield stated
        return
    package = Path(__file__).resolve().parent
    for folder in sorted((package / "_native").glob("**/")):
        yield from (str(folder / name) for name in _NAMES if (folder / name).is_file())
    for parent in package.parents:
        if parent.name in ("lib", "lib64"):
            for folder in [parent, parent.with_name("lib64"), *sorted(parent.glob("*-linux-*"))]:
                yield from (str(folder / name) for name in _NAMES if (folder / name).is_file())
    from ctypes.util import find_library  # slow, and seldom needed

    found = find_library("kiln")
    if found:
        yield found


class Library:
    """Functions of a loaded libkiln as attributes without their prefix: `library.window_solve` is kiln_window_solve.

    Calls release the GIL. Functions that return a status are to be called through :class:`kiln._context.Context`, which raises.
    """

    def __init__(self, path: str) -> None:
        try:
            self._dll = C.CDLL(path)
            for name, (result, arguments) in _PROTOTYPES.items():
                function = getattr(self._dll, f"kiln_{name}")
                function.restype, function.argtypes = result, arguments
                setattr(self, name, function)
        except (OSError, AttributeError) as error:
            raise LibraryError(f"{path} cannot be used as libkiln {_ABI}: {error}") from error
        self.path = path
        version = self.version().decode()
        if version.split(".")[:2] != __version__.split(".")[:2]:
            raise LibraryError(f"{path} is libkiln {version}, and this package is for {_ABI}")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"kiln_{name} has no prototype in kiln._library")

    def options(self, kind: type[Any], name: str) -> Any:
        """Options of a kind at their defaults."""
        options = kind()
        if getattr(self, f"{name}_options_init")(C.byref(options), OPTIONS_VERSION) != 0:
            raise LibraryError(f"{self.path} does not know version {OPTIONS_VERSION} of its {name} options")
        return options


@cache
def library() -> Library:
    """The library, loaded once."""
    for path in _candidates():
        return Library(path)
    raise LibraryError(
        "libkiln was not found: build and install kiln, or set KILN_LIBRARY to the full path of libkiln.so",
    )
