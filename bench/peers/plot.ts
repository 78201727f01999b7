/** What one panel shows: a figure of each contender, undefined for one that has none. */
export interface Panel {
  readonly title: string;
  readonly values: readonly (number | undefined)[];
  readonly digits: number;
}

/** A figure as plot and table show it. */
export function shown(value: number, digits: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const row = 20;
const left = 330;
const barWidth = 360;

/** Panels of horizontal bars as SVG, one below the other, each on a scale of its own; the first bar stands out. */
export function panelChart(title: string, labels: readonly string[], panels: readonly Panel[]): string {
  const panelHeight = 34 + labels.length * row;
  const drawn = panels.flatMap(({ title: what, values, digits }, index) => {
    const top = 36 + index * panelHeight;
    const most = Math.max(...values.map((value) => value ?? 0)) || 1;
    const bars = values.flatMap((value, place) => {
      const y = top + 22 + place * row;
      const width = ((value ?? 0) / most) * barWidth;
      const label = value === undefined ? 'failed' : shown(value, digits);
      return [
        `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${labels[place]}</text>`,
        `<rect x="${left}" y="${y}" width="${width.toFixed(1)}" height="${row - 5}" fill="${place === 0 ? '#3b7dd8' : '#9aa5b1'}"/>`,
        `<text x="${(left + width + 6).toFixed(1)}" y="${y + 12}">${label}</text>`,
      ];
    });
    return [`<text x="${left}" y="${top + 12}" font-weight="bold">${what}</text>`, ...bars];
  });
  const size = `width="${left + barWidth + 80}" height="${36 + panels.length * panelHeight}"`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="20" font-size="14">${title}</text>`,
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}
