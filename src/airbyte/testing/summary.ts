import type { SourceMessage } from './messages.ts';

const statusOf: Readonly<Record<string, string>> = {
  complete: 'COMPLETE',
  failed: 'INCOMPLETE',
  stopped: 'INCOMPLETE',
};

/**
 * What is wrong with the summary that a read's log ends in: for each stream how it ended and its rows, those that failed
 * first, and then how many ended in which way.
 */
export function summaryProblems(messages: readonly SourceMessage[], streams: readonly string[]): string[] {
  const lines = messages.map((message) => (message.type === 'LOG' ? message.log.message : ''));
  // A secret that is a word of the summary is redacted there, too.
  if (!lines.includes('Starting syncing') || lines.at(-1)?.includes('****') === true) return [];
  const begin = lines.findIndex((line) => line.startsWith('Summary of ') || line.startsWith('Summary: '));
  const told = lines
    .slice(begin, -1)
    .map((line) => /^Summary of ([^]+?): (complete|failed|stopped)\b/.exec(line));
  const whole = /^Summary: streams: (\d+) complete, (\d+) failed, (\d+) stopped/.exec(lines.at(-1) ?? '');
  if (begin === -1 || whole === null || told.includes(null)) return ['the log does not end in a summary'];
  const outcomes = told.map((match) => match?.[2] ?? '');
  const problems: string[] = [];
  const [, complete, failed, stopped] = whole.map(Number);
  const counts = ['complete', 'failed', 'stopped'].map((one) => outcomes.filter((is) => is === one).length);
  if (counts.join() !== [complete, failed, stopped].join())
    problems.push(`other counts than its lines: ${whole[0]}`);
  if (outcomes.lastIndexOf('failed') >= (failed ?? 0))
    problems.push('a stream that failed is not among the first');
  const { rows, statuses } = ends(messages);
  const places = new Map(told.map((match, index) => [match?.[1], index]));
  for (const stream of streams) {
    const index = places.get(stream) ?? -1;
    const line = lines[begin + index] ?? '';
    const count = Number(/ (\d+) rows? \(/.exec(line)?.[1] ?? 0);
    if (
      index === -1 ||
      statusOf[outcomes[index] ?? ''] !== statuses.get(stream) ||
      count !== (rows.get(stream) ?? 0)
    )
      problems.push(
        `${stream} ended ${statuses.get(stream)} with ${rows.get(stream) ?? 0} rows, but: ${line}`,
      );
  }
  return problems.map((problem) => `the summary: ${problem}`);
}

/** The rows and the last status of each stream. */
function ends(messages: readonly SourceMessage[]) {
  const rows = new Map<string, number>();
  const statuses = new Map<string, string>();
  for (const message of messages) {
    if (message.type === 'RECORD')
      rows.set(message.record.stream, (rows.get(message.record.stream) ?? 0) + 1);
    if (message.type !== 'TRACE' || message.trace.type !== 'STREAM_STATUS') continue;
    const { stream_descriptor, status } = message.trace.stream_status;
    statuses.set(stream_descriptor.name, status);
  }
  return { rows, statuses };
}
