import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../../src/airbyte/json.ts';
import type { Message, RecordChange } from '../../src/airbyte/protocol.ts';
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

export type Sent = RecordMessage | Message;

/** What stood on stdout: its valid messages in order, and what is wrong with the rest. */
export interface Parsed {
  readonly messages: readonly Sent[];
  readonly problems: readonly string[];
}

/**
 * Where Java's BufferedReader or Python's str.splitlines() cut, beside the newline itself (OUT-01, OUT-04). They cut
 * at more control characters, but those are no JSON anywhere.
 */
const cutsALine = /[\r\u0085\u2028\u2029]/;

const isValid = addFormats
  .default(new Ajv({ discriminator: true, strict: true, strictRequired: false, strictTypes: false }))
  .compile(protocolSchema);

/**
 * Every line as one message (OUT-01..06, MSG-00..13). `cutShort`: the process or its reader was ended in the middle,
 * so that a last line without its newline is no fault.
 */
export function parseMessages(stdout: string, cutShort = false): Parsed {
  const messages: Sent[] = [];
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

function problemWith(line: string, messages: Sent[]): string | undefined {
  if (cutsALine.test(line)) return 'a reader would cut it in two (OUT-04)';
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
  const sent = message as unknown as Sent;
  messages.push(sent);
  if (sent.type === 'STATE' && !/"recordCount":\d+\.0[,}]/.test(line))
    return 'recordCount without a decimal point (MSG-05)';
  if (sent.type === 'RECORD' && !/"emitted_at":\d+[,}]/.test(line))
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
