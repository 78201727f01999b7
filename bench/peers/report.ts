import { cpus, totalmem } from 'node:os';
import { panelChart, shown } from './plot.ts';

/** One run of a contender. */
export interface Run {
  /** Undefined for one that did not start. */
  readonly figures?: Figures;
  /** Rows lost, a text for each stream that lost any. */
  readonly lost: readonly string[];
  /** Why it ended badly; empty if it did not. */
  readonly failure: string;
}

interface Figures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly requests: number;
  /** Of the requests, those answered with 429. */
  readonly refused: number;
  readonly lost: number;
  readonly twice: number;
}

/** All runs of a contender. */
export interface Result {
  readonly name: string;
  readonly beside: string;
  /** The middle of its runs, but the worst of what it lost, sent twice and was refused; undefined if none started. */
  readonly figures: Figures | undefined;
  /** The shortest and the longest run. */
  readonly range: string;
  /** How its runs ended, failures and losses by their reasons. */
  readonly ended: string;
}

/** Sums up the runs of a contender. */
export function resultOf(name: string, beside: string, runs: readonly Run[]): Result {
  const all = runs.flatMap(({ figures }) => figures ?? []);
  const sorted = (of: keyof Figures) => all.map((one) => one[of]).toSorted((a, b) => a - b);
  const middle = (of: keyof Figures) => sorted(of).at(Math.floor((all.length - 1) / 2)) ?? 0;
  const worst = (of: keyof Figures) => sorted(of).at(-1) ?? 0;
  const figures: Figures = {
    seconds: middle('seconds'),
    cpuSeconds: middle('cpuSeconds'),
    peakMb: middle('peakMb'),
    requests: middle('requests'),
    refused: worst('refused'),
    lost: worst('lost'),
    twice: worst('twice'),
  };
  const range = [sorted('seconds')[0] ?? 0, worst('seconds')].map((value) => shown(value, 1)).join(' to ');
  const failures = runs.map(({ failure }) => failure).filter((failure) => failure !== '');
  const losses = new Set(runs.flatMap(({ lost }) => lost));
  const parts = [
    failures.length === 0 ? 'exit 0' : `${failures.length} of ${runs.length} failed: ${failures[0]}`,
    ...(losses.size === 0 ? [] : [`lost ${[...losses].join(', ')}`]),
  ];
  return { name, beside, figures: all.length === 0 ? undefined : figures, range, ended: parts.join('; ') };
}

/** A table in Markdown, and under it what it was measured on. */
export function table(results: readonly Result[]): string {
  const lines = results.map(({ name, beside, figures, range, ended }) => {
    // A reason may hold what Markdown would take for a column or a line.
    const reason = ended.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 300);
    const cells = figures === undefined ? Array<string>(7).fill('') : cellsOf(figures, range);
    return `| ${[`${name} (${beside})`, ...cells, reason].join(' | ')} |`;
  });
  const processors = cpus();
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    '| connector | s (shortest to longest) | processor, s | peak, MB | requests | of them 429 | rows lost | rows twice | ended |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---|',
    ...lines,
    '',
    `${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model}, ${memory} GB, ${process.platform} ${process.arch}.`,
  ].join('\n');
}

function cellsOf({ seconds, cpuSeconds, peakMb, ...counts }: Figures, range: string): string[] {
  const { requests, refused, lost, twice } = counts;
  const whole = [peakMb, requests, refused, lost, twice].map((value) => shown(value, 0));
  return [`${shown(seconds, 1)} (${range})`, shown(cpuSeconds, 1), ...whole];
}

/** The table's figures as SVG. */
export function plot(results: readonly Result[]): string {
  const panel = (title: string, figure: keyof Figures, digits: number) => ({
    title,
    digits,
    values: results.map(({ figures }) => figures?.[figure]),
  });
  return panelChart(
    'A first sync of the same store',
    results.map(({ name }) => name),
    [
      panel('Seconds', 'seconds', 1),
      panel('Processor, seconds', 'cpuSeconds', 1),
      panel('Peak memory, MB', 'peakMb', 0),
      panel('Requests', 'requests', 0),
      panel('Rows lost', 'lost', 0),
    ],
  );
}
