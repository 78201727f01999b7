import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { addFigures, noFigures } from './figures.ts';
import type { Told } from './story.ts';

/** A story that was told, and which one it was. */
export interface Numbered extends Told {
  readonly index: number;
}

interface Summary {
  /** Markdown: a row for each kind of fault. */
  readonly table: string;
  /** In sentences: how much was run, where, and its worst case. */
  readonly sentences: string;
}

const page = new URL('../../docs/reliability.md', import.meta.url);
const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Readonly<{ version: string }>;
const number = (value: number) => value.toLocaleString('en-US');
const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
const largest = (told: readonly Told[], of: 'worstMs' | 'peakMb') =>
  told.reduce((most, one) => Math.max(most, one[of]), 0);
const total = (told: readonly Told[], of: 'syncs' | 'kills' | 'lost') =>
  told.reduce((sum, one) => sum + one[of], 0);

export function summaryOf(told: readonly Numbered[], seed: number): Summary {
  const kinds = [...new Set(told.flatMap(({ figures }) => [...figures.keys()]))].toSorted();
  const scenes = [...new Set(told.map(({ scene }) => scene))].filter((scene) => !kinds.includes(scene));
  const rows = [...kinds, ...scenes].map((name) => rowOf(name, told));
  const head =
    '| fault | injected | asked again | begun anew | taken as it is | stream failed | killed first | rows lost | longest sync, s | peak, MB |';
  const worst = told.toSorted((a, b) => b.worstMs - a.worstMs)[0];
  const lost = total(told, 'lost');
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()} with a load of ${(loadavg()[1] ?? 0).toFixed(0)}, Node.js ${process.version}, source-recharge ${version}`;
  const sentences = [
    `${new Date().toISOString().slice(0, 10)}, SEED=${seed}: ${number(injectedIn(told))} faults in ${number(total(told, 'syncs'))} syncs of ${told.length} stores, ${total(told, 'kills')} of them killed; ${number(lost)} rows lost; at most ${Math.round(largest(told, 'peakMb'))} MB. ${machine}.`,
    `The longest sync was one of story ${worst?.index} (${worst?.scene}), ${seconds(worst?.worstMs ?? 0)} s; \`SEED=${seed} npm run test:chaos -- --story ${worst?.index}\` tells it again.`,
  ].join('\n');
  return { table: [head, `|---|${'---:|'.repeat(9)}`, ...rows].join('\n'), sentences };
}

export function injectedIn(told: readonly Pick<Told, 'figures'>[]): number {
  return told.flatMap(({ figures }) => [...figures.values()]).reduce((sum, one) => sum + one.injected, 0);
}

/** What became of the faults of a kind in all stories; rows, time and memory are of the stories that had it alone. */
function rowOf(name: string, told: readonly Told[]): string {
  const alone = told.filter(
    ({ scene, figures }) => scene === name && (name === 'mixed' || figures.get(name)?.injected),
  );
  const all = noFigures();
  for (const { figures } of told) addFigures(all, figures.get(name) ?? noFigures());
  const { injected, retried, restarted, taken, failed, killed } = all;
  const counts = [injected, retried, restarted, taken, failed, killed].map((count) =>
    injected === 0 ? '' : number(count),
  );
  const own =
    alone.length === 0
      ? ['', '', '']
      : [
          number(total(alone, 'lost')),
          seconds(largest(alone, 'worstMs')),
          String(Math.round(largest(alone, 'peakMb'))),
        ];
  return `| ${[name, ...counts, ...own].join(' | ')} |`;
}

/** Writes the summary between the marks of docs/reliability.md. @throws where it has none */
export function writeSummary({ table, sentences }: Summary): void {
  const text = readFileSync(page, 'utf8');
  const marked = /(?<=<!-- written by npm run test:chaos -->\n)[^]*(?=<!-- end -->)/;
  if (!marked.test(text)) throw new Error('docs/reliability.md has no marks for the table.');
  writeFileSync(
    page,
    text.replace(marked, () => `\n${sentences.replace('\n', '\n\n')}\n\n${table}\n\n`),
  );
}
