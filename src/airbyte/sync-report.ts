import type { Emitter } from './emitter.ts';
import { liveView } from './live-view.ts';
import { counted, duration, joined, percent, requestsIn, rowsIn, waitsIn } from './report-words.ts';
import type { Connection } from './source.ts';
import { type Counts, none, plus } from './stream-metrics.ts';
import type { StreamWriter } from './stream-writer.ts';

const minuteMs = 60_000;
/** As many streams are named while the sync runs. */
const mostNamed = 5;

/** The streams of each reader. */
type Groups = readonly (readonly StreamWriter[])[];

/**
 * Tells of a sync: once a minute while it runs, live where somebody can see it, and at its end.
 * @returns tells of the end: to be called when every stream has ended
 */
export function reportSync(groups: Groups, emitter: Emitter, rateLimit: Connection['rateLimit']): () => void {
  const { log } = emitter;
  const writers = groups.flat();
  const begunAt = performance.now();
  /** When this minute began, and what each stream had come to and waited for most by then. */
  let minuteAt = begunAt;
  const before = new Map<StreamWriter, { readonly counts: Counts; readonly cause: string | undefined }>();

  /** What has come so far, how fast, and what is waited for. */
  const whole = () => {
    const now = performance.now();
    const all = totalOf(writers);
    const latest = [...before.values()].reduce((left, { counts }) => plus(left, counts, -1), all);
    const perSecond = (1_000 * latest.requests) / Math.max(1, now - minuteAt);
    const speed = `${perSecond.toFixed(1)} requests a second`;
    const limit = rateLimit?.().perSecond.toFixed(1);
    return [
      `After ${duration(now - begunAt)}: ${rowsIn(all)}, ${counted(all.pages, 'page')}`,
      joined(' ', speed, limit && `of at least ${limit} that the rate limit allows`),
      `waiting for ${waitsIn(latest)[0]?.[0] ?? 'nothing'}`,
      `${writers.filter(({ hasEnded }) => hasEnded).length} of ${counted(writers.length, 'stream')} ended`,
    ];
  };

  const timer = setTimeout(() => {
    const furthest = furthestOf(groups).join(', ');
    log.info(joined('; ', ...whole(), furthest && `furthest from their end: ${furthest}`));
    const now = performance.now();
    for (const writer of writers) {
      const { counts } = writer.metrics;
      const last = before.get(writer);
      const [longest = '', ms = 0] = waitsIn(plus(counts, last?.counts ?? none, -1))[0] ?? [];
      const cause = ms > (now - minuteAt) / 2 ? longest : last?.cause;
      if (last?.cause !== undefined && cause !== last.cause)
        log.info(`${writer.name}: waits for ${cause} now.`);
      before.set(writer, { counts, cause });
    }
    minuteAt = now;
    timer.refresh();
  }, minuteMs).unref();

  const endView = liveView(() => [...whole(), ...furthestOf(groups)]);
  return () => {
    clearTimeout(timer);
    const took = duration(performance.now() - begunAt);
    endView(tellEnd(groups, emitter, took, rateLimit?.().used));
  };
}

/** What failed comes first, what all have come to last. Gives what of it the live view ends with. */
function tellEnd(groups: Groups, emitter: Emitter, took: string, used: number | undefined) {
  const { log } = emitter;
  const lines = Object.groupBy(groups.flatMap(summariesOf), ({ outcome }) => outcome);
  const { failed = [], stopped = [], complete = [] } = lines;
  for (const { line } of failed) log.error(line);
  for (const { line } of stopped) log.warn(line);
  for (const { line } of complete) log.info(line);
  const all = totalOf(groups.flat());
  const waits = waitsIn(all);
  const waitedMs = waits.reduce((sum, [, ms]) => sum + ms, 0);
  const shares = waits.map(([cause, ms]) => `${percent(ms / waitedMs)} for ${cause}`);
  const total = joined(
    '; ',
    `Summary: streams: ${complete.length} complete, ${failed.length} failed, ${stopped.length} stopped before the end`,
    took,
    rowsIn(all),
    requestsIn(all),
    used !== undefined && `${used < 0.995 ? 'at most ' : ''}${percent(used)} of the rate limit used`,
    shares.length > 0 && `of all waiting ${shares.join(', ')}`,
  );
  log.info(total);
  return [...failed.map(({ line }) => emitter.redact(line)), total];
}

/** Waits are added up, though they were side by side. */
function totalOf(writers: readonly StreamWriter[]): Counts {
  return writers.reduce((sum, { metrics }) => plus(sum, metrics.counts), none);
}

/** The few readers that have the most left, as far as that is known; then those that have read the most pages. */
function furthestOf(groups: Groups): string[] {
  return groups
    .filter((group) => group.some(({ hasEnded }) => !hasEnded))
    .flatMap((group) => group.slice(0, 1))
    .map(({ name, progress, metrics }) => ({ ...progress, name, pages: metrics.counts.pages }))
    .toSorted((a, b) => (a.share ?? 1) - (b.share ?? 1) || b.pages - a.pages)
    .slice(0, mostNamed)
    .map(({ name, pages, share, to }) =>
      share === undefined
        ? `${name} (${counted(pages, 'page')})`
        : joined(' ', name, to && `up to ${to}`, `(${percent(share)})`),
    );
}

const outcomes = { complete: 'complete.', failed: 'failed.', stopped: 'stopped before its end.' } as const;

/** How each stream of a reader ended, and what it has come to. The first has the requests of all. */
function summariesOf(writers: readonly StreamWriter[]) {
  const [first] = writers;
  return writers.map((writer) => {
    const { metrics, progress, name, cursor } = writer;
    const { counts, retryReasons } = metrics;
    const { sentence, from, to, leftOut } = progress;
    const outcome = writer.isComplete ? 'complete' : sentence === undefined ? 'stopped' : 'failed';
    const waits = waitsIn(counts).map(([cause, ms]) => `${duration(ms)} for ${cause}`);
    const cost = joined(
      '; ',
      rowsIn(counts),
      to && `${cursor} from ${from} to ${to}`,
      leftOut > 0 && `${counted(leftOut, 'row')} left out`,
      writer.changes.summary(),
      writer === first ? requestsIn(counts, retryReasons) : `read with ${first?.name}`,
      waits.length > 0 && `waited ${waits.join(', ')}`,
    );
    const line = `Summary of ${name}: ${joined(' ', outcomes[outcome], sentence, cost)}.`;
    return { outcome, line } as const;
  });
}
