interface Bar {
  readonly label: string;
  readonly value: number;
}

const row = 24;
const left = 250;
const perUnit = 260;

/** Horizontal bars as SVG, with a line at 1. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = 48 + bars.length * row;
  const width = left + perUnit * Math.max(1, ...bars.map(({ value }) => value)) + 70;
  const drawn = bars.flatMap(({ label, value }, index) => {
    const y = 40 + index * row;
    return [
      `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${label}</text>`,
      `<rect x="${left}" y="${y}" width="${(value * perUnit).toFixed(1)}" height="${row - 6}" fill="#3b7dd8"/>`,
      `<text x="${(left + value * perUnit + 6).toFixed(1)}" y="${y + 13}">${value.toFixed(2)}</text>`,
    ];
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="20" font-size="14">${title}</text>`,
    ...drawn,
    `<line x1="${left + perUnit}" y1="32" x2="${left + perUnit}" y2="${height - 6}" stroke="#c33"/>`,
    '</svg>',
  ].join('\n')}\n`;
}
