import { type Parsed, type SourceMessage, parseMessages } from './messages.ts';
import { summaryProblems } from './summary.ts';

/** The whole output of one `read`, for `checkTranscript`. */
export interface Transcript {
  readonly stdout: string;
  readonly stderr?: string;
  readonly exitCode: number | null;
  readonly signal?: NodeJS.Signals | null;
  /** The configured catalog, of which only the streams' names count. */
  readonly catalog: { readonly streams: readonly { readonly stream: { readonly name: string } }[] };
  /** Values of the configuration that may occur in RECORDs only. */
  readonly secrets?: readonly string[];
  /** The process was killed, or its reader was gone or stalled, before the last lines were written. */
  readonly cutShort?: boolean;
}

/** 128 + SIGINT and 128 + SIGTERM: the exit codes of a process that a signal ended, but that runs as PID 1. */
const signalCodes = [130, 143];

/**
 * Checks the output of a read against the protocol.
 * @param parsed its lines, where they are parsed already
 * @throws Error that lists every broken rule
 */
export function checkTranscript(
  transcript: Transcript,
  parsed: Parsed = parseMessages(transcript.stdout, transcript.cutShort),
): void {
  const problems = [
    ...parsed.problems,
    ...streamProblems(parsed, transcript),
    ...endingProblems(parsed, transcript),
    ...(transcript.cutShort === true
      ? []
      : summaryProblems(
          parsed.messages,
          transcript.catalog.streams.map(({ stream }) => stream.name),
        )),
    ...secretProblems(parsed, transcript),
  ];
  throwAll(problems);
}

/** Checks the output of any command: valid lines, nothing on stderr, no secret. @throws Error that lists every broken rule */
export function checkLines(
  output: Omit<Transcript, 'catalog'>,
  parsed: Parsed = parseMessages(output.stdout, output.cutShort),
): void {
  throwAll([...parsed.problems, ...secretProblems(parsed, output)]);
}

function throwAll(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(`Not a sound transcript:\n- ${problems.join('\n- ')}`);
}

/** Checks the messages of one stream, in their order. */
class StreamLog {
  readonly problems: string[] = [];
  ending: 'COMPLETE' | 'INCOMPLETE' | undefined;
  #started = false;
  #running = false;
  #sinceState = 0;
  #lastEvent: SourceMessage['type'] | undefined;

  record(): void {
    this.#in('RECORD');
    if (this.#started && !this.#running) this.problems.push('RECORD before RUNNING (SS-01)');
    this.#sinceState += 1;
    this.#lastEvent = 'RECORD';
  }

  state(recordCount: number): void {
    this.#in('STATE');
    if (recordCount !== this.#sinceState)
      this.problems.push(`STATE counts ${recordCount} records, there were ${this.#sinceState} (MSG-05)`);
    this.#sinceState = 0;
    this.#lastEvent = 'STATE';
  }

  status(status: string): void {
    if (status === 'STARTED') {
      if (this.#started) this.problems.push('STARTED twice (SS-01)');
      this.#started = true;
    } else if (status === 'INCOMPLETE' && !this.#started && this.ending === undefined) {
      // A stream that the source does not have is INCOMPLETE without a STARTED.
    } else this.#in(status);
    if (status === 'RUNNING') this.#running = true;
    if (status === 'COMPLETE') this.#complete();
    if (status === 'COMPLETE' || status === 'INCOMPLETE') this.ending = status;
    this.#lastEvent = 'TRACE';
  }

  end(cutShort: boolean): void {
    if (this.#started && this.ending === undefined && !cutShort)
      this.problems.push('started, but neither COMPLETE nor INCOMPLETE (SS-02)');
  }

  #complete(): void {
    if (!this.#running) this.problems.push('COMPLETE without RUNNING (SS-01)');
    if (this.#lastEvent !== 'STATE') this.problems.push('no STATE straight before COMPLETE (STO-01, STO-02)');
  }

  #in(event: string): void {
    if (this.ending !== undefined) this.problems.push(`${event} after ${this.ending} (SS-02)`);
    else if (!this.#started) this.problems.push(`${event} before STARTED (SS-01)`);
  }
}

function streamProblems({ messages }: Parsed, { catalog, cutShort = false }: Transcript): string[] {
  const logs = new Map(catalog.streams.map(({ stream }) => [stream.name, new StreamLog()]));
  const problems: string[] = [];
  const logOf = (name: string, event: string): StreamLog | undefined => {
    const log = logs.get(name);
    if (log === undefined)
      problems.push(`${name}: ${event}, but the stream is not configured (MSG-04, SS-03)`);
    return log;
  };
  for (const message of messages) follow(message, logOf, problems);
  for (const [name, log] of logs) {
    log.end(cutShort);
    problems.push(...log.problems.map((problem) => `${name}: ${problem}`));
  }
  return problems;
}

function follow(
  message: SourceMessage,
  logOf: (name: string, event: string) => StreamLog | undefined,
  problems: string[],
): void {
  if (message.type === 'RECORD') logOf(message.record.stream, 'RECORD')?.record();
  else if (message.type === 'STATE') {
    const { stream, sourceStats } = message.state;
    logOf(stream.stream_descriptor.name, 'STATE')?.state(Number(sourceStats.recordCount));
  } else if (message.type === 'TRACE') {
    const { trace } = message;
    if (trace.type === 'STREAM_STATUS') {
      const { stream_descriptor, status } = trace.stream_status;
      logOf(stream_descriptor.name, status)?.status(status);
    } else if (trace.error.stream_descriptor !== undefined) {
      logOf(trace.error.stream_descriptor.name, 'TRACE ERROR');
    }
  } else if (message.type !== 'LOG') problems.push(`${message.type} has no place in a read`);
}

/** Exit 0 if and only if every configured stream is COMPLETE; any other exit code needs a TRACE ERROR. */
function endingProblems({ messages }: Parsed, transcript: Transcript): string[] {
  const { exitCode, signal = null, catalog, cutShort = false } = transcript;
  const traces = messages.flatMap((message) => (message.type === 'TRACE' ? [message.trace] : []));
  const complete = new Set(
    traces.flatMap((trace) =>
      trace.type === 'STREAM_STATUS' && trace.stream_status.status === 'COMPLETE'
        ? [trace.stream_status.stream_descriptor.name]
        : [],
    ),
  );
  const allComplete = catalog.streams.every(({ stream }) => complete.has(stream.name));
  const failed = traces.some(({ type }) => type === 'ERROR');
  const stopped = signal !== null || signalCodes.includes(exitCode ?? 0);
  const problems: string[] = [];
  if (exitCode === 0 && !allComplete) problems.push('exit 0, but not every stream is COMPLETE (EXIT-01)');
  if (exitCode === 0 && failed) problems.push('exit 0 after a TRACE ERROR (EXIT-01)');
  if (exitCode === 0 || stopped || cutShort) return problems;
  if (allComplete && catalog.streams.length > 0)
    problems.push(`every stream is COMPLETE, but exit ${exitCode} (EXIT-01)`);
  if (!failed) problems.push(`exit ${exitCode} without a TRACE ERROR (E-01)`);
  return problems;
}

function secretProblems({ messages }: Parsed, output: Omit<Transcript, 'catalog'>): string[] {
  const { stderr = '', secrets = [] } = output;
  const problems = stderr === '' ? [] : [`stderr is not empty (ERR-01): ${stderr.slice(0, 400)}`];
  const texts = messages.filter(({ type }) => type !== 'RECORD').flatMap(textsIn);
  for (const spelling of new Set(secrets.flatMap(spellings))) {
    const said = [stderr, ...texts].find((text) => text.includes(spelling));
    if (said !== undefined) problems.push(`a secret of the configuration (E-09): ${said.slice(0, 300)}`);
  }
  return problems;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

/** The encodings of a secret: plain, and as in JSON, JSON within JSON, a URL, a form, HTML and base64. */
function spellings(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams({ x: secret }).toString().slice(2),
    html,
    html.replaceAll('"', '&quot;'),
    Buffer.from(secret).toString('base64').replaceAll('=', ''),
    Buffer.from(secret).toString('base64url'),
  ];
}
