import { once } from 'node:events';

// Prints the rows of the scenario `bulk` as plain JSON: the least that any source does.
const [pages] = process.argv.slice(2);
for (let page = 0; page < Number(pages); page += 1) {
  const lines = Array.from(
    { length: 250 },
    (_, index) => `${JSON.stringify({ id: page * 250 + index, filler: 'x'.repeat(1000) })}\n`,
  );
  if (!process.stdout.write(lines.join(''))) await once(process.stdout, 'drain');
}
