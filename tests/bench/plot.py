# SPDX-License-Identifier: GPL-2.0-or-later
"""Panels of lines on logarithmic axes, as one SVG that a browser shows in its reader's colours."""
import collections
import html
import math

# `points`: (x, y) pairs; `bar`: a limit, drawn thin and dashed.
Line = collections.namedtuple("Line", "name points bar", defaults=(False,))
Panel = collections.namedtuple("Panel", "title x_name lines")

WIDTH, HEIGHT, COLUMNS = 440, 300, 2
LEFT, RIGHT, TOP, BOTTOM = 58, 24, 40, 44
COLOURS = ("#2a6fbb", "#c8553d", "#4c956c", "#8a5aa8")

STYLE = """
text { font: 12px sans-serif; fill: #222; }
.title { font-weight: bold; font-size: 13px; }
.grid { stroke: #8888; stroke-width: 0.5; }
.data { fill: none; stroke-width: 2; }
.bar { stroke-width: 1; stroke-dasharray: 5 4; }
svg { background: #fff; }
@media (prefers-color-scheme: dark) { svg { background: #181818; } text { fill: #ddd; } }
"""


def short(number):
    """1000 as 1 k."""
    for factor, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= factor:
            return f"{number / factor:g}{unit}"
    return f"{number:g}"


class _Axis:
    """Maps numbers to places between two ends, by their logarithms; the marks are powers of `base`."""

    def __init__(self, numbers, base, first, last):
        self.base = base
        self.low = math.floor(math.log(min(numbers), base) + 1e-9)
        self.high = max(math.ceil(math.log(max(numbers), base) - 1e-9), self.low + 1)
        self.first, self.last = first, last

    def place(self, number):
        share = (math.log(number, self.base) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)

    def marks(self):
        return [self.base ** power for power in range(self.low, self.high + 1)]


def _grid(x, y):
    for mark in x.marks():
        at = x.place(mark)
        yield f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{y.first}" y2="{y.last}"/>'
        yield f'<text x="{at:.1f}" y="{y.first + 16}" text-anchor="middle">{mark}</text>'
    for mark in y.marks():
        at = y.place(mark)
        yield f'<line class="grid" x1="{x.first}" x2="{x.last}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield f'<text x="{x.first - 6}" y="{at + 4:.1f}" text-anchor="end">{short(mark)}</text>'


def _line(line, colour, x, y):
    places = " ".join(f"{x.place(a):.1f},{y.place(b):.1f}" for a, b in line.points)
    yield f'<polyline class="data{" bar" if line.bar else ""}" stroke="{colour}" points="{places}"/>'
    if not line.bar:
        for a, b in line.points:
            yield f'<circle cx="{x.place(a):.1f}" cy="{y.place(b):.1f}" r="3" fill="{colour}"/>'


def _legend(lines, x, y):
    for n, (line, colour) in enumerate(lines):
        at = y.last + 16 + 16 * n
        dash = " bar" if line.bar else ""
        yield f'<line class="data{dash}" stroke="{colour}" x1="{x.first + 8}" x2="{x.first + 28}" y1="{at - 4}" y2="{at - 4}"/>'
        yield f'<text x="{x.first + 34}" y="{at}">{html.escape(line.name)}</text>'


def _panel(panel, left, top):
    points = [point for line in panel.lines for point in line.points]
    x = _Axis([a for a, _ in points], 4, left + LEFT, left + WIDTH - RIGHT)
    y = _Axis([b for _, b in points], 10, top + HEIGHT - BOTTOM, top + TOP)
    coloured = [(line, COLOURS[n % len(COLOURS)]) for n, line in enumerate(panel.lines)]
    yield f'<text class="title" x="{left + LEFT}" y="{top + TOP - 14}">{html.escape(panel.title)}</text>'
    yield from _grid(x, y)
    for line, colour in coloured:
        yield from _line(line, colour, x, y)
    yield from _legend(coloured, x, y)
    yield (f'<text x="{(x.first + x.last) / 2}" y="{top + HEIGHT - 10}" text-anchor="middle">'
           f"{html.escape(panel.x_name)}</text>")


def svg(panels):
    """The whole document."""
    rows = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT
    out = ['<!-- SPDX-License-Identifier: GPL-2.0-or-later -->',
           f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
           f"<style>{STYLE}</style>", f'<rect width="{width}" height="{height}" fill="none"/>']
    for n, panel in enumerate(panels):
        out.extend(_panel(panel, n % COLUMNS * WIDTH, n // COLUMNS * HEIGHT))
    return "\n".join([*out, "</svg>", ""])
