import { writeFile } from 'node:fs/promises';

/** Pixels of a monospaced character of 13 px, and of the space around the text. */
const [width, height, margin] = [7.83, 18, 18];

const schemes = {
  light: { back: '#ffffff', edge: '#d0d7de', text: '#1f2328', faint: '#59636e', accent: '#0969da' },
  dark: { back: '#0d1117', edge: '#3d444d', text: '#e6edf3', faint: '#9198a1', accent: '#4493f8' },
};

/** Draws a terminal with what a command has printed, in both schemes: docs/NAME-light.svg and docs/NAME-dark.svg. */
export async function drawTerminal(name: string, command: string, output: string): Promise<void> {
  const lines = [`$ ${command}`, ...output.split('\n')];
  const size = [
    Math.ceil(Math.max(...lines.map(({ length }) => length)) * width) + 2 * margin,
    lines.length * height + 2 * margin,
  ];
  for (const [scheme, color] of Object.entries(schemes)) {
    const texts = lines.map((line, index) => {
      const fill = line.startsWith('$') ? color.accent : /^[ ─]/.test(line) ? color.faint : color.text;
      return `<text x="${margin}" y="${margin + index * height + 13}" fill="${fill}">${escaped(line)}</text>`;
    });
    await writeFile(
      `docs/${name}-${scheme}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" role="img" aria-label="${escaped(command)}">
<rect x="0.5" y="0.5" width="${Number(size[0]) - 1}" height="${Number(size[1]) - 1}" rx="8" fill="${color.back}" stroke="${color.edge}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
${texts.join('\n')}
</g>
</svg>
`,
    );
  }
}

/** Spaces are kept where they do not break. */
function escaped(text: string): string {
  return text
    .replaceAll(' ', '\u00a0')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;');
}
