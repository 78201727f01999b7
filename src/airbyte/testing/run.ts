import type { JsonObject } from '../json.ts';
import type { StateMessage, TraceError } from '../protocol.ts';
import { type Parsed, type SourceMessage, parseMessages } from './messages.ts';

/** A finished process of a connector, and its output. */
export class Run {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds from start to end. */
  readonly duration: number;
  readonly messages: readonly SourceMessage[];
  /** What is wrong with its lines, each by itself. */
  readonly problems: Parsed['problems'];

  /** @param cutShort the last line may lack its newline */
  constructor(ended: Pick<Run, 'stdout' | 'stderr' | 'exitCode' | 'signal' | 'duration'>, cutShort = true) {
    this.stdout = ended.stdout;
    this.stderr = ended.stderr;
    this.exitCode = ended.exitCode;
    this.signal = ended.signal;
    this.duration = ended.duration;
    ({ messages: this.messages, problems: this.problems } = parseMessages(ended.stdout, cutShort));
  }

  /** The messages of one type, in order. */
  of<Type extends SourceMessage['type']>(type: Type): Extract<SourceMessage, { type: Type }>[] {
    return this.messages.filter(
      (message): message is Extract<SourceMessage, { type: Type }> => message.type === type,
    );
  }

  /** The data of one stream's records, or of all. */
  records(stream?: string): JsonObject[] {
    return this.of('RECORD')
      .filter(({ record }) => stream === undefined || record.stream === stream)
      .map(({ record }) => record.data);
  }

  states(stream?: string): StateMessage[] {
    return this.of('STATE')
      .map(({ state }) => state)
      .filter((state) => stream === undefined || state.stream.stream_descriptor.name === stream);
  }

  lastState(stream: string): JsonObject | undefined {
    return this.states(stream).at(-1)?.stream.stream_state;
  }

  statuses(stream: string): string[] {
    return this.of('TRACE').flatMap(({ trace }) =>
      trace.type === 'STREAM_STATUS' && trace.stream_status.stream_descriptor.name === stream
        ? [trace.stream_status.status]
        : [],
    );
  }

  /** The TRACE ERRORs, in order. */
  errors(): TraceError[] {
    return this.of('TRACE').flatMap(({ trace }) => (trace.type === 'ERROR' ? [trace.error] : []));
  }

  /** "LEVEL message" of each LOG. */
  logs(): string[] {
    return this.of('LOG').map(({ log }) => `${log.level} ${log.message}`);
  }

  /** Those of them at WARN. */
  warnings(): string[] {
    return this.logs().filter((line) => line.startsWith('WARN '));
  }
}
