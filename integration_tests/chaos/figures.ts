import type { Run } from '../../src/airbyte/testing/index.ts';
import type { Exchange } from './spoiling-front.ts';

/** What became of the faults of one kind, and what the syncs they met came to. */
export interface Figures {
  injected: number;
  /** The same request came again. */
  retried: number;
  /** The listing was begun anew. */
  restarted: number;
  /** The answer was good enough, and nothing had to be asked again. */
  taken: number;
  /** The stream failed, for the next sync to go on. */
  failed: number;
  /** The sync was killed before anything else could come of it. */
  killed: number;
}

export function noFigures(): Figures {
  return { injected: 0, retried: 0, restarted: 0, taken: 0, failed: 0, killed: 0 };
}

/** Adds the figures of one to another. */
export function addFigures(to: Figures, more: Figures): void {
  for (const name of Object.keys(more) as (keyof Figures)[]) to[name] += more[name];
}

/** What became of so many faults of the surroundings in one sync: whoever goes on has borne them all. */
export function figuresAround(
  injected: number,
  { signal, exitCode }: Pick<Run, 'signal' | 'exitCode'>,
): Figures {
  const became = signal !== null ? 'killed' : exitCode === 0 ? 'retried' : 'failed';
  return { ...noFigures(), injected, [became]: injected };
}

/** By kind of fault, what became of those of one sync. */
export function figuresOf(exchanges: readonly Exchange[], isKilled: boolean): Map<string, Figures> {
  const figures = new Map<string, Figures>();
  exchanges.forEach(({ id, path, fault, left }, index) => {
    if (fault === undefined) return;
    const own = figures.get(fault) ?? noFigures();
    figures.set(fault, own);
    const later = exchanges.slice(index + 1);
    own.injected += 1;
    if (later.some((exchange) => exchange.id === id)) own.retried += 1;
    else if (left === 'usable') own.taken += 1;
    else if (later.some((exchange) => exchange.path === path && exchange.isFirst)) own.restarted += 1;
    else own[isKilled ? 'killed' : 'failed'] += 1;
  });
  return figures;
}
