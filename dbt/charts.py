"""Prints recurring revenue, retention and upcoming charges as tables, and draws them: python charts.py [FOLDER] [VARS]

Reads the three queries of analyses/ through dbt, so that it runs wherever the marts do, in this folder. With a FOLDER,
mrr.svg, retention.svg and upcoming.svg are written into it. VARS go to dbt as its --vars.
"""

import contextlib
import io
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from dbt.cli.main import dbtRunner

Grid = dict[str, dict[str, float]]
WIDTH, HEIGHT, GAP = 290, 130, 60


def grid(name: str, row: str, column: str, value: str, variables: str) -> Grid:
    """The value of each row and column of a query. Exits with dbt's message where it fails."""
    flags = ["--select", name, "--limit", "-1", "--quiet", "--output", "json", "--vars", variables]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        shown = dbtRunner().invoke(["show", *flags])
    if not shown.success:
        sys.exit(printed.getvalue())
    found: Grid = {}
    for each in (each for result in shown.result.results for each in result.agate_table.rows):
        found.setdefault(str(each[row])[:10], {})[str(each[column])] = float(each[value])
    return found


def table(title: str, rows: Grid, columns: list[str], write: Callable[[float], str]) -> str:
    if not rows:
        return f"{title}\n"
    lines = [["", *columns]]
    lines += [[name, *(write(values[each]) if each in values else "" for each in columns)] for name, values in rows.items()]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns) + 1)]
    return "\n".join([title, *("  ".join(cell.rjust(width) for cell, width in zip(line, widths)) for line in lines), ""])


def short(value: float) -> str:
    return f"{value / 1000:.0f}k" if value >= 10_000 else f"{value:.0f}"


def svg(title: str, width: int, height: int, parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="11">'
    background = '<rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, background, f'<text x="12" y="22" font-size="14">{title}</text>', *parts, "</svg>", ""])


def panels(title: str, rows: Grid, columns: list[str], bars: bool) -> str:
    """One plot for each column, three abreast, each with a scale of its own: currencies are not compared."""
    parts = []
    for index, column in enumerate(columns if rows else []):
        left, top = GAP + index % 3 * (WIDTH + GAP), 60 + index // 3 * (HEIGHT + GAP)
        values = [each.get(column, 0.0) for each in rows.values()]
        most, step = max(values) or 1, WIDTH / len(values)
        down = [top + HEIGHT * (1 - value / most) for value in values]
        across = [left + step * (place + 0.5) for place in range(len(values))]
        parts += [
            f'<text x="{left}" y="{top - 10}" font-size="12">{column}</text>',
            f'<path d="M{left} {top} V{top + HEIGHT} H{left + WIDTH}" fill="none" stroke="#999"/>',
            f'<text x="{left - 6}" y="{top + 9}" text-anchor="end">{short(most)}</text>',
            f'<text x="{left - 6}" y="{top + HEIGHT}" text-anchor="end">0</text>',
            f'<text x="{left}" y="{top + HEIGHT + 16}">{next(iter(rows))}</text>',
            f'<text x="{left + WIDTH}" y="{top + HEIGHT + 16}" text-anchor="end">{list(rows)[-1]}</text>',
        ]
        if bars:
            parts += [
                f'<rect x="{x - step * 0.4:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}" height="{top + HEIGHT - y:.1f}" fill="#3b7dd8"/>'
                for x, y in zip(across, down)
            ]
        else:
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down))
            parts.append(f'<polyline points="{points}" fill="none" stroke="#3b7dd8" stroke-width="2"/>')
    height = 60 + -(-len(columns) // 3) * (HEIGHT + GAP)
    return svg(title, GAP + min(len(columns), 3) * (WIDTH + GAP), height, parts)


def heat(title: str, rows: Grid, columns: list[str]) -> str:
    parts = [f'<text x="{98 + 44 * at}" y="46" text-anchor="middle">{column}</text>' for at, column in enumerate(columns)]
    for line, (name, values) in enumerate(rows.items()):
        top = 54 + line * 22
        parts.append(f'<text x="12" y="{top + 15}">{name[:7]}</text>')
        for at, column in enumerate(columns):
            if column not in values:
                continue
            share, left = values[column], 77 + 44 * at
            ink = "#fff" if share > 55 else "#123"
            parts.append(f'<rect x="{left}" y="{top}" width="42" height="20" fill="#3b7dd8" fill-opacity="{share / 100:.2f}"/>')
            parts.append(f'<text x="{left + 21}" y="{top + 14}" text-anchor="middle" fill="{ink}">{share:.0f}</text>')
    return svg(title, 100 + 44 * len(columns), 66 + 22 * len(rows), parts)


def main(folder: str = "", variables: str = "{}") -> None:
    mrr = grid("mrr", "month", "currency", "mrr", variables)
    retention = grid("retention", "cohort_month", "months_since", "percentage", variables)
    upcoming = grid("upcoming", "week", "currency", "amount", variables)
    if upcoming:
        first, last = date.fromisoformat(min(upcoming)), date.fromisoformat(max(upcoming))
        for days in range(7, (last - first).days, 7):
            upcoming.setdefault(str(first + timedelta(days)), {})
    currencies = sorted({column for values in [*mrr.values(), *upcoming.values()] for column in values})
    months = [str(number) for number in range(13)]
    mrr, retention, upcoming = (dict(sorted(rows.items())) for rows in (mrr, retention, upcoming))
    cohorts = dict(list(retention.items())[-18:])
    titles = [
        "Monthly recurring revenue, by currency; the last month is the running one",
        "Retention: percentage of customers left, by month of first order and months since",
        "Upcoming charges, by week and currency",
    ]
    # Such as the charges that a connection does not sync: an empty picture must not pass for a forecast of nothing.
    titles = [title if rows else f"{title}: nothing to show" for title, rows in zip(titles, (mrr, retention, upcoming))]
    print(table(titles[0], dict(list(mrr.items())[-12:]), currencies, lambda value: f"{value:.2f}"))
    print(table(titles[1], cohorts, months, lambda value: f"{value:.0f}"))
    print(table(titles[2], upcoming, currencies, lambda value: f"{value:.2f}"))
    if folder:
        Path(folder, "mrr.svg").write_text(panels(titles[0], mrr, currencies, bars=False))
        Path(folder, "retention.svg").write_text(heat(titles[1], cohorts, months))
        Path(folder, "upcoming.svg").write_text(panels(titles[2], upcoming, currencies, bars=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
