"""Drawing by matplotlib."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .diagram import Section, TxDiagram
    from .risks import Risk
    from .steps import Step

_ZERO_C = 273.15
_SMALL = 7


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots()[1]


def draw_step(step: Step, ax: Any) -> Any:
    """Mass fractions against temperature."""
    ax = _axes(ax)
    rows = [row for row in step.rows if not row.get("failed")]
    labels = dict.fromkeys((p["phase"], p["label"]) for row in rows for p in row["phases"])
    T_C = [row["T_K"] - _ZERO_C for row in rows]
    for phase, label in labels:
        ax.plot(T_C, [sum(p["mass_fraction"] for p in row["phases"] if p["phase"] == phase) for row in rows], label=label)
    ax.set(xlabel="temperature, °C", ylabel="mass fraction", ylim=(0, 1.02), title=step.input["canonical"])
    ax.legend(fontsize=_SMALL)
    return ax


def draw_risk(risk: Risk, ax: Any) -> Any:
    """Probability of a single phase against temperature."""
    ax = _axes(ax)
    curve = risk.result["curve"]
    T_C = [point["T_K"] - _ZERO_C for point in curve]
    ax.errorbar(T_C, [p["probability"] for p in curve], yerr=[p["standard_error"] for p in curve], capsize=2)
    ax.set(xlabel="temperature, °C", ylabel=f"probability of {risk.result['label']} alone", ylim=(0, 1.02), title=risk.input["canonical"])
    return ax


def draw_tx(diagram: TxDiagram, ax: Any) -> Any:
    """Curves, invariants and names of fields over x_B."""
    ax = _axes(ax)
    for curve in diagram.curves:
        for part in _by_certificate(curve["points"]):
            line = "-" if part[-1]["certified"] else "--"
            ax.plot([p["x_B"] for p in part], [p["T_K"] - _ZERO_C for p in part], "k" + line, linewidth=1)
    for i in diagram.invariants:
        x = [p["x_B"] for p in [*i["reactants"], *i["products"]]]
        if x:
            ax.plot([min(x), max(x)], [i["T_K"] - _ZERO_C] * 2, "k-" if i["certified"] else "k--", linewidth=1)
    for spinodal in diagram.result["spinodals"]:
        ax.plot([p["x_B"] for p in spinodal["points"]], [p["T_K"] - _ZERO_C for p in spinodal["points"]], "k:", linewidth=0.8)
    for field in diagram.result["fields"]:
        at = field["label_at"]
        if at["width"] > 0.08:
            name = "\n+ ".join(dict.fromkeys(p["label"] for p in field["phases"]))
            ax.annotate(name, (1.0 - at["x_A"], at["T_K"] - _ZERO_C), ha="center", va="center", fontsize=_SMALL)
    for point in diagram.result.get("experiments") or []:
        ax.plot(point["x_B"], point["T_K"] - _ZERO_C, "o", markerfacecolor="none", color="tab:red", markersize=4)
    A, B = (member["formula"] for member in diagram.input["end_members"])
    low_K, high_K = diagram.input["T_range_K"]
    ax.set(xlabel=f"cation fraction of {B} in {A} – {B}", ylabel="temperature, °C", xlim=(0, 1), ylim=(low_K - _ZERO_C, high_K - _ZERO_C))
    return ax


def _by_certificate(points: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Runs of points with the same flag; neighbours share the point between them."""
    parts: list[list[dict[str, Any]]] = []
    for point in points:
        if parts and parts[-1][-1]["certified"] == point["certified"]:
            parts[-1].append(point)
        else:
            parts.append([*(parts[-1][-1:] if parts else []), point])
    return parts


def _place(section: Section, u: float, v: float) -> tuple[float, float]:
    """Where a point of the section lies in the drawing."""
    if section.kind == "ternary":
        return 0.5 * u + (1.0 - u - v), u * 3.0**0.5 / 2.0
    return u, v - _ZERO_C


def _inside(loop: list[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the widest of some horizontal chords of a polygon, which lies inside it."""
    heights: list[float] = [y for _, y in loop]
    low, high = min(heights), max(heights)
    best, width = (loop[0][0], loop[0][1]), -1.0
    for k in range(1, 20):
        y = low + (high - low) * k / 20
        crossings: list[float] = sorted(
            x0 + (x1 - x0) * (y - y0) / (y1 - y0)
            for (x0, y0), (x1, y1) in zip(loop, [*loop[1:], loop[0]], strict=True)
            if (y0 > y) != (y1 > y)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            if right - left > width:
                best, width = (0.5 * (left + right), y), right - left
    return best


def draw_section(section: Section, ax: Any) -> Any:
    """Areas, boundaries and names of fields."""
    ax = _axes(ax)
    from matplotlib import colormaps

    colours = colormaps["tab20"]
    names = list(dict.fromkeys(section.field_label(field) for field in section.fields))
    loops = [(loop["area"], loop, field) for field in section.fields for loop in field["loops"]]
    for order, (_, loop, field) in enumerate(sorted(loops, key=itemgetter(0), reverse=True)):
        x, y = zip(*(_place(section, u, v) for u, v in loop["points"]), strict=True)
        colour = colours((names.index(section.field_label(field)) % 20 + 0.5) / 20)
        ax.fill(x, y, facecolor=colour, alpha=0.5 if field["single"] else 0.25, edgecolor="none", zorder=1 + order * 1e-3)
    for line in section.result["lines"]:
        x, y = zip(*(_place(section, u, v) for u, v in line["points"]), strict=True)
        ax.plot(x, y, "k--" if line["not_certified"] else "k-", linewidth=0.8, zorder=3)
    for tie in section.result.get("tie_lines") or []:
        ends = [_place(section, end["x_A"], end["x_B"]) for end in tie["ends"]]
        x, y = zip(*(ends if len(ends) == 2 else [*ends, ends[0]]), strict=True)
        ax.plot(x, y, color="0.4", linewidth=0.4, zorder=2)
    for field in section.fields:
        if field["share"] > 0.02:
            at = _inside([_place(section, u, v) for u, v in field["loops"][0]["points"]])
            name = section.field_label(field).replace(" + ", "\n+ ")
            ax.annotate(name, at, ha="center", va="center", fontsize=_SMALL, zorder=4)
    _frame(section, ax)
    return ax


def _frame(section: Section, ax: Any) -> None:
    members = [member["formula"] for member in section.input.get("end_members") or []]
    if section.kind == "ternary":
        ax.plot([0.0, 1.0, 0.5, 0.0], [0.0, 0.0, 3.0**0.5 / 2.0, 0.0], "k-", linewidth=1)
        for name, (x, y), va in zip(members, ((0.5, 0.88), (0.0, -0.02), (1.0, -0.02)), ("bottom", "top", "top"), strict=True):
            ax.annotate(name, (x, y), ha="center", va=va)
        ax.set_aspect("equal")
        ax.axis("off")
        ax.set_title(f"{section.input['T_K'] - _ZERO_C:.0f} °C")
        return
    low_K, high_K = section.input["T_range_K"]
    varied = section.input.get("varied")
    label = "log10 p(O2), bar" if section.kind == "tpo2" else f"fraction of {varied or members[0]}"
    ax.set(xlabel=label, ylabel="temperature, °C", xlim=tuple(section.input["u_range"]), ylim=(low_K - _ZERO_C, high_K - _ZERO_C))
    ax.set_title(section.input.get("canonical") or "")
