"""Cells, layers of units, flows along arrows and trees, drawn with signs of a terminal's font."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.picture import Cells, Flow, Lane, Layers, Node, Tree
from ..core.text import Language, Text
from .blocks import Drawing, columns, cut, padded

ELSE = Text("{count} in all", "共 {count} 个")
COLUMNS = Text("columns", "各列")
MARKED = Text("{entry} (marked)", "{entry}（所标）")
CIRCLES = ("●", "○", "…")
"""Units that need no brackets to be seen as such."""


def cells_drawing(cells: Cells, width: int, language: Language) -> Drawing:
    """Entries in columns, marked ones in brackets; columns that do not fit follow below."""
    marked = set(cells.marked)
    labels = [*cells.labels, *[""] * (len(cells.rows) - len(cells.labels))]
    gutter = max((columns(label) for label in labels), default=0)
    wide = max((columns(entry) for row in cells.rows for entry in row), default=1) + 2
    across = max(1, (width - gutter - 3) // wide)
    most = max((len(row) for row in cells.rows), default=0)
    lines: list[str] = []
    for start in range(0, most, across):
        lines += [""] if start else []
        for r, row in enumerate(cells.rows):
            shown = "".join(
                _framed(entry, wide, (r, start + c) in marked) for c, entry in enumerate(row[start : start + across])
            )
            lines.append(f"  {padded(labels[r], gutter, right=True)} {shown}".rstrip())
    told = []
    for r, row in enumerate(cells.rows):
        entries = (MARKED.fill(entry=e).to(language) if (r, c) in marked else e for c, e in enumerate(row))
        unnamed = COLUMNS.to(language) if any(cells.labels) else str(r + 1)
        told.append((labels[r].strip() or unnamed, ", ".join(entry for entry in entries if entry.strip())))
    return Drawing(tuple(lines), tuple(told))


def _framed(entry: str, wide: int, is_marked: bool) -> str:
    left = (wide - 1 - columns(entry)) // 2
    body = " " * left + padded(entry, wide - 2 - left)
    return f"[{body}]" if is_marked else f" {body} "


def layers_drawing(layers: Layers, width: int, language: Language) -> Drawing:
    """A row of units for each layer, the topmost first, with how it is linked to the one below."""
    gutter = max((columns(layer.label.to(language)) for layer in layers.layers), default=0)
    lines, told = [], []
    for layer in layers.layers:
        units = [unit if unit in CIRCLES else f"({unit})" for unit in layer.units]
        room = width - gutter - 4
        if sum(columns(unit) + 1 for unit in units) > room:
            count = ELSE.fill(count=len(units)).to(language)
            kept = _fitting(units, room - columns(count) - 4)
            units = [*units[:kept], "…", count]
        lines.append(f"  {padded(layer.label.to(language), gutter, right=True)}  {cut(' '.join(units), room)}".rstrip())
        link = layer.link.to(language) if layer.link else ""
        told.append((layer.label.to(language), "; ".join(filter(None, (", ".join(layer.units), link)))))
        if link:
            lines.append(cut(f"  {' ' * gutter}  {link}", width))
    return Drawing(tuple(lines), tuple(told))


def _fitting(units: list[str], room: int) -> int:
    used = kept = 0
    for unit in units:
        used += columns(unit) + 1
        if used > room:
            break
        kept += 1
    return kept


def flow_drawing(flow: Flow, width: int, language: Language) -> Drawing:
    """Lanes with their stations below each other, arrows between; stations that do not fit follow below."""
    count = max((len(lane.stations) for lane in flow.lanes), default=0)
    gutter = max((columns(lane.label.to(language)) for lane in flow.lanes), default=0)
    stations = [max((columns(_at(lane.stations, i)) for lane in flow.lanes), default=0) for i in range(count)]
    arrows = [
        max((columns(_at(lane.arrows, i)) + 5 for lane in flow.lanes if i < len(lane.arrows)), default=0)
        for i in range(count)
    ]
    lines: list[str] = []
    start = 0
    while start < count:
        stop = start + 1
        used = gutter + 4 + stations[start] + arrows[start]
        while stop < count and used + stations[stop] + arrows[stop] <= width:
            used += stations[stop] + arrows[stop]
            stop += 1
        lines += [""] if start else []
        for lane in flow.lanes:
            parts = []
            for i in range(start, min(stop, len(lane.stations))):
                parts.append(padded(lane.stations[i], stations[i]))
                if i < len(lane.arrows):
                    parts.append(_arrow(lane.arrows[i], arrows[i], lane.back))
            line = f"  {padded(lane.label.to(language), gutter, right=True)}  {''.join(parts)}".rstrip()
            lines.append(cut(line, width))
        start = stop
    told = ((lane.label.to(language) or COLUMNS.to(language), _lane_told(lane)) for lane in flow.lanes)
    return Drawing(tuple(lines), tuple(told))


def _at(entries: tuple[str, ...], index: int) -> str:
    return entries[index] if index < len(entries) else ""


def _arrow(words: str, wide: int, back: bool) -> str:
    """` ─words─▶ ` over `wide` columns; nothing where there is neither words nor arrow (a blank)."""
    if words == " ":
        return " " * wide
    shaft = wide - 3 - columns(words)
    line = "─" * (shaft - shaft // 2) + words + "─" * (shaft // 2)
    return f" ◀{line} " if back else f" {line}▶ "


def _lane_told(lane: Lane) -> str:
    sign = " ← " if lane.back else " → "
    parts = [lane.stations[0]] if lane.stations else []
    for i, station in enumerate(lane.stations[1:]):
        words = _at(lane.arrows, i)
        between = f"{sign}{words}{sign}" if words.strip() else ", " if words else sign
        parts.append(f"{between}{station}")
    return "".join(parts).removeprefix(", ")


def tree_drawing(tree: Tree, width: int) -> Drawing:
    """The root, and the nodes below it behind branches."""
    lines = tuple(cut(line, width) for line in _branches(tree.root, "  ", "  "))
    return Drawing(lines, tuple(_tree_told(tree.root, "1")))


def _branches(node: Node, first: str, rest: str) -> Iterator[str]:
    yield first + node.label
    for index, child in enumerate(node.below):
        is_last = index == len(node.below) - 1
        yield from _branches(child, rest + ("└─ " if is_last else "├─ "), rest + ("   " if is_last else "│  "))


def _tree_told(node: Node, place: str) -> Iterator[tuple[str, str]]:
    yield place, node.label
    for index, child in enumerate(node.below, 1):
        yield from _tree_told(child, f"{place}.{index}")
