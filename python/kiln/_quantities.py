"""Temperatures, pressures and other numbers as people write them."""

from __future__ import annotations

import ctypes as C
import math
from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import Any, TypeAlias

from ._context import Context
from .errors import ArgumentError

Temperature: TypeAlias = float | str
Temperatures: TypeAlias = "float | str | Iterable[float | str]"
Pressure: TypeAlias = float | str
Path: TypeAlias = "str | PathLike[str]"

_DEFAULT_STEP_K = 25.0
_MOST_ROWS = 20000


def temperature(ctx: Context, value: Temperature) -> float:
    """Kelvin: a number is one, a string states its unit, "900C"."""
    if isinstance(value, str):
        kelvin = C.c_double()
        ctx.call("temperature_parse", ctx.handle, value.encode(), C.byref(kelvin))
        return kelvin.value
    kelvin_value = float(value)
    if not (kelvin_value > 0.0 and math.isfinite(kelvin_value)):
        raise ArgumentError(f"T = {kelvin_value:g} K: expected a temperature above 0 K; Celsius is written as \"900C\"")
    return kelvin_value


def temperature_range(ctx: Context, value: str | Sequence[Temperature]) -> tuple[float, float, float]:
    """First, last and step (0: none stated) of "600C:1400C:25K" or (873, 1673, 25); it may fall."""
    if isinstance(value, str):
        parts = value.split(":")
        falls = len(parts) > 1 and temperature(ctx, parts[0]) > temperature(ctx, parts[1])
        if falls:
            parts[0], parts[1] = parts[1], parts[0]
        first, last, step = C.c_double(), C.c_double(), C.c_double()
        ctx.call("temperature_range_parse", ctx.handle, ":".join(parts).encode(), C.byref(first), C.byref(last), C.byref(step))
        return (last.value, first.value, step.value) if falls else (first.value, last.value, step.value)
    if len(value) not in (2, 3):
        raise ArgumentError(f"a range of temperatures has two or three numbers, not {len(value)}")
    first_K, last_K = (temperature(ctx, item) for item in value[:2])
    step_K = float(value[2]) if len(value) == 3 else 0.0
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


def pressure(ctx: Context, value: Pressure) -> float:
    """Bar: a number is one, a string states its unit, "0.2atm"."""
    if isinstance(value, str):
        bar = C.c_double()
        ctx.call("pressure_parse", ctx.handle, value.encode(), C.byref(bar))
        return bar.value
    bar_value = float(value)
    if not (bar_value > 0.0 and math.isfinite(bar_value)):
        raise ArgumentError(f"p = {bar_value:g} bar: expected a pressure above 0")
    return bar_value


def count(name: str, value: int, least: int, most: int) -> int:
    """A whole number within its range."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ArgumentError(f"{name} = {value!r}: expected a whole number from {least} to {most}")
    return value


def fraction(name: str, value: float, least: float, most: float) -> float:
    """A number within its range."""
    if not least <= float(value) <= most:
        raise ArgumentError(f"{name} = {value!r}: expected a number from {least:g} to {most:g}")
    return float(value)


def path_text(path: Path) -> bytes:
    """A path for the library."""
    return fspath(path).encode()
