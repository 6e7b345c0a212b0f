"""Temperatures, pressures and other numbers as people write them."""

from __future__ import annotations

import ctypes as C
import math
import operator
from collections.abc import Iterable, Sequence
from os import PathLike, fsencode
from typing import Any, TypeAlias

from ._context import Context, encoded
from .errors import ArgumentError

Temperature: TypeAlias = float | str
Temperatures: TypeAlias = "float | str | Iterable[float | str]"
Pressure: TypeAlias = float | str
Path: TypeAlias = "str | PathLike[str]"

_DEFAULT_STEP_K = 25.0
_MOST_ROWS = 20000


def _number(value: Any) -> float:
    """NaN for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _quantity(ctx: Context, value: float | str, parse: str, name: str, expected: str) -> float:
    """A number above 0, or what a text with a unit states."""
    if isinstance(value, str):
        stated = C.c_double()
        ctx.call(parse, ctx.handle, encoded(value), C.byref(stated))
        return stated.value
    x = _number(value)
    if not (x > 0.0 and math.isfinite(x)):
        raise ArgumentError(f"{name} = {value}: expected {expected}")
    return x


def temperature(ctx: Context, value: Temperature) -> float:
    """Kelvin: a number is one, a string states its unit, "900C"."""
    return _quantity(ctx, value, "temperature_parse", "T", "a number above 0 K, or text with a unit, \"900C\"")


def pressure(ctx: Context, value: Pressure) -> float:
    """Bar: a number is one, a string states its unit, "0.2atm"."""
    return _quantity(ctx, value, "pressure_parse", "p", "a number above 0 bar, or text with a unit, \"0.2atm\"")


def temperature_range(ctx: Context, value: str | Sequence[Temperature]) -> tuple[float, float, float]:
    """First, last and step (0: none stated) of "600C:1400C:25K" or (873, 1673, 25); it may fall."""
    if isinstance(value, str):
        parts = value.split(":")
        falls = len(parts) > 1 and temperature(ctx, parts[0]) > temperature(ctx, parts[1])
        if falls:
            parts[0], parts[1] = parts[1], parts[0]
        first, last, step = C.c_double(), C.c_double(), C.c_double()
        ctx.call("temperature_range_parse", ctx.handle, encoded(":".join(parts)), C.byref(first), C.byref(last), C.byref(step))
        return (last.value, first.value, step.value) if falls else (first.value, last.value, step.value)
    ends: list[Any] = list(value) if isinstance(value, Iterable) else []
    if len(ends) not in (2, 3):
        raise ArgumentError(f"{value!r} is no range of temperatures: expected \"600C:1400C\", or two or three numbers of K")
    first_K, last_K = (temperature(ctx, item) for item in ends[:2])
    step_K = number("step", ends[2]) if len(ends) == 3 else 0.0
    if first_K == last_K or step_K < 0.0:
        raise ArgumentError(f"from {first_K:g} to {last_K:g} K in steps of {step_K:g} K: expected two temperatures and a step above 0")
    return first_K, last_K, step_K


def is_scalar(value: object) -> bool:
    """Whether an argument is one value: a number, an array without axes, or a text that is no range."""
    if isinstance(value, str):
        return ":" not in value
    return not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0


def temperatures(ctx: Context, value: Temperatures) -> list[float]:
    """Kelvin, of a number, a string, a range "600C:1400C:25K" (its last temperature is always there) or a sequence of numbers and strings."""
    if isinstance(value, str) and ":" in value:
        first_K, last_K, step_K = temperature_range(ctx, value)
        span = abs(last_K - first_K)
        steps = math.ceil(span / (step_K or min(_DEFAULT_STEP_K, span)) - 1e-9)
        if steps + 1 > _MOST_ROWS:
            raise ArgumentError(f"{value} makes {steps + 1} rows; at most {_MOST_ROWS} are accepted")
        sign = 1.0 if last_K > first_K else -1.0
        return [first_K + sign * min(i * (step_K or min(_DEFAULT_STEP_K, span)), span) for i in range(steps + 1)]
    if is_scalar(value):
        return [temperature(ctx, value)]  # type: ignore[arg-type]
    if getattr(value, "ndim", 1) > 1:
        raise ArgumentError("an array of temperatures has one axis; combine=\"product\" makes others")
    values: list[Any] = value.tolist() if hasattr(value, "tolist") else list(value)  # type: ignore[arg-type]
    if set(map(type, values)) == {float} and math.isfinite(sum(values)) and min(values) > 0.0:
        return values
    return [temperature(ctx, item) for item in values]


def count(name: str, value: int, least: int, most: int) -> int:
    """A whole number within its range, numpy's too."""
    try:
        whole = operator.index(value)
    except TypeError:
        whole = least - 1
    if isinstance(value, bool) or not least <= whole <= most:
        raise ArgumentError(f"{name} = {value!r}: expected a whole number from {least} to {most}")
    return whole


def number(name: str, value: float, least: float = -math.inf, most: float = math.inf) -> float:
    """A number within its range."""
    if not least <= _number(value) <= most:
        limits = f" from {least:g} to {most:g}" if math.isfinite(least) else ""
        raise ArgumentError(f"{name} = {value!r}: expected a number{limits}")
    return float(value)


def path_text(path: Path, expected: str = "a path") -> bytes:
    """A path for the library, in the encoding of file names."""
    try:
        encoded_path = fsencode(path)
    except (TypeError, UnicodeEncodeError):
        encoded_path = b"\0"
    if b"\0" in encoded_path:
        raise ArgumentError(f"{path!r}: expected {expected}")
    return encoded_path
