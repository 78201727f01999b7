import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Message, RecordChange } from '../protocol.ts';
import protocolSchema from './protocol-schema.json' with { type: 'json' };

interface RecordMessage {
  readonly type: 'RECORD';
  readonly record: {
    readonly stream: string;
    readonly data: JsonObject;
    readonly emitted_at: number;
    readonly meta?: { readonly changes: readonly RecordChange[] };
  };
}

/** Every message of a source. */
export type SourceMessage = RecordMessage | Message;

/** The valid messages of an output, in order, and a sentence on every line that is not valid. */
export interface Parsed {
  readonly messages: readonly SourceMessage[];
  readonly problems: readonly string[];
}

/**
 * Characters beside the newline where Java's BufferedReader or Python's str.splitlines() end a line. They end it at more
 * control characters, but JSON allows none of those.
 */
const lineBreaks = /[\r\u0085\u2028\u2029]/;

const isValid = addFormats
  .default(new Ajv({ discriminator: true, strict: true, strictRequired: false, strictTypes: false }))
  .compile(protocolSchema);

/**
 * Parses every line as one protocol message. `cutShort`: the process or its reader was ended in the middle, so that the
 * last line may lack its newline.
 */
export function parseMessages(stdout: string, cutShort = false): Parsed {
  const messages: SourceMessage[] = [];
  const problems: string[] = [];
  const lines = stdout.split('\n');
  const last = lines.pop();
  if (last !== '' && !cutShort) problems.push('stdout does not end with a newline (OUT-01)');
  for (const [index, line] of lines.entries()) {
    const problem = problemWith(line, messages);
    if (problem !== undefined) problems.push(`line ${index + 1}: ${problem}: ${excerpt(line)}`);
  }
  return { messages, problems };
}

function problemWith(line: string, messages: SourceMessage[]): string | undefined {
  if (lineBreaks.test(line)) return 'a reader would cut it in two (OUT-04)';
  let message: JsonValue;
  try {
    message = JSON.parse(line) as JsonValue;
  } catch {
    return 'not JSON (OUT-01, OUT-02)';
  }
  if (/\\u[dD][89a-fA-F]/.test(line) && !isWellFormed(message)) return 'a lone surrogate (OUT-05)';
  if (!isValid(message)) {
    const { instancePath = '', message: what = '', params } = isValid.errors?.[0] ?? {};
    return `not of the protocol (MSG-00): ${instancePath} ${what} ${JSON.stringify(params)}`;
  }
  const valid = message as unknown as SourceMessage;
  messages.push(valid);
  if (valid.type === 'STATE' && !/"recordCount":\d+\.0[,}]/.test(line))
    return 'recordCount without a decimal point (MSG-05)';
  if (valid.type === 'RECORD' && !/"emitted_at":\d+[,}]/.test(line))
    return 'emitted_at is no plain integer (MSG-13)';
  return undefined;
}

function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([key, inner]: [string, JsonValue]) => key.isWellFormed() && isWellFormed(inner),
  );
}

function excerpt(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
