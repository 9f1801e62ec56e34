"""A picture of `planning.json`: what each solver's plan is worth, by size of instance, ours being 100%.

`python -m benchmarks.planning_chart` writes docs/images/planning-benchmark.svg.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

plt.rcParams["font.family"] = ["DejaVu Sans", "Noto Sans CJK SC", "Noto Serif CJK SC"]
plt.rcParams["svg.hashsalt"] = "zoufang"  # the same figures, the same file

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "benchmarks" / "results" / "planning.json"
PICTURE = ROOT / "docs" / "images" / "planning-benchmark.svg"
ROWS = {  # by row of the result: its name and its mark
    "pyvrp_warm": ("PyVRP warm", "s", "#2b8a3e"),
    "pyvrp_cold": ("PyVRP cold", "D", "#74b816"),
    "ortools": ("OR-Tools", "o", "#1971c2"),
    "vroom": ("VROOM", "^", "#9c36b5"),
    "manual_prize": ("by hand, by prize 手工（按预期）", "v", "#868e96"),
    "manual": ("by hand, by overdue 手工（按金额）", "x", "#495057"),
}


def picture(result: dict[str, Any]) -> Figure:
    """One line a size; medians over the seeds. What was not measured has no mark."""
    sizes = result["instances"]
    figure, axes = plt.subplots(figsize=(9, 0.62 * len(sizes) + 1.9))
    for y, size in enumerate(sizes):
        axes.axhline(y, color="#e9ecef", zorder=0)
        for name, (_label, mark, colour) in ROWS.items():
            if (ratio := size["median_ratio_to"].get(name)) is not None:
                axes.plot(100 / ratio, y, mark, color=colour, markersize=8)
        if size["bound_gap"] is not None:
            axes.plot(100 / (1 - size["bound_gap"]), y, "|", color="#c92a2a", markersize=20, markeredgewidth=2)
    axes.axvline(100, color="#0b7285", linewidth=2, zorder=1)
    _named(axes, [size["name"] for size in sizes])
    figure.tight_layout()
    return figure


def _named(axes: Any, sizes: list[str]) -> None:
    for label, mark, colour in ROWS.values():
        axes.plot([], [], mark, color=colour, label=label)
    axes.plot([], [], "|", color="#c92a2a", markersize=12, markeredgewidth=2, label="proven bound 可证上界")
    axes.plot([], [], "-", color="#0b7285", linewidth=2, label="Zoufang 走访 = 100")
    axes.set_yticks(range(len(sizes)), sizes)
    axes.invert_yaxis()
    axes.set_xlabel("value of the plan, % of ours 计划价值（本系统为 100）")
    axes.set_ylabel("customers/crews/days")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=4, frameon=False, fontsize=8)


def main() -> None:
    picture(json.loads(RESULT.read_text(encoding="utf-8"))).savefig(PICTURE, metadata={"Date": None})


if __name__ == "__main__":
    main()
