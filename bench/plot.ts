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

const colours = ['#3b7dd8', '#9dbeec', '#c33', '#e6a3a3'];
const [plotWidth, plotHeight] = [480, 260];

/** Lines as SVG, one for each name, with a logarithmic x axis and a y axis from 0. */
export function lineChart(
  title: string,
  lines: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>,
): string {
  const all = [...lines.values()].flat();
  const [least, most] = [Math.min(...all.map(({ x }) => x)), Math.max(...all.map(({ x }) => x))];
  const highest = Math.max(...all.map(({ y }) => y)) * 1.1;
  const across = (x: number) =>
    70 + (plotWidth * Math.log(x / least)) / Math.max(Math.log(most / least), Number.EPSILON);
  const down = (y: number) => 40 + plotHeight * (1 - y / highest);
  const drawn = [...lines].flatMap(([name, points], index) => {
    const colour = colours[index % colours.length];
    const path = points.map(({ x, y }) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(' ');
    const { x: lastX, y: lastY } = points.at(-1) ?? { x: most, y: 0 };
    return [
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${(across(lastX) + 8).toFixed(1)}" y="${(down(lastY) + 4).toFixed(1)}" fill="${colour}">${name}: ${lastY.toFixed(0)}</text>`,
    ];
  });
  const ticks = [...new Set(all.map(({ x }) => x))].map(
    (x) =>
      `<text x="${across(x).toFixed(1)}" y="${plotHeight + 60}" text-anchor="middle">${x.toLocaleString('en')}</text>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${plotWidth + 270}" height="${plotHeight + 70}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="20" font-size="14">${title}</text>`,
    `<path d="M70 40 V${plotHeight + 40} H${plotWidth + 70}" fill="none" stroke="#999"/>`,
    `<text x="62" y="${plotHeight + 44}" text-anchor="end">0</text>`,
    `<text x="62" y="44" text-anchor="end">${highest.toFixed(0)}</text>`,
    ...ticks,
    ...drawn,
    '</svg>',
  ].join('\n')}\n`;
}
