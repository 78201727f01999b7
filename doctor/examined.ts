import { isObject, type JsonObject, type JsonValue } from '../src/airbyte/index.ts';
import type { Query } from '../src/recharge/request.ts';
import type { Endpoint } from './endpoints.ts';
import { OddFields } from './fields.ts';
import { type Finding, latencyOf, newFinding } from './findings.ts';
import type { Interview, Reply } from './interview.ts';
import { ageOf, type RowTime, timesOf, zoneOf } from './times.ts';

/** An answer of an endpoint. */
export interface Answer {
  readonly status: number | undefined;
  readonly rows: readonly JsonObject[];
  readonly reply: Reply;
}

/** One endpoint, and what its answers have shown so far. */
export class Examined {
  readonly endpoint: Endpoint;
  readonly finding: Finding;
  /** The first answer: the list as it is without a filter. */
  first: Answer | undefined;
  /** How it was asked. */
  asked: { readonly path: string; readonly query: Query } | undefined;
  readonly #interview: Interview;
  readonly #odd = new OddFields();
  readonly #latencies: number[] = [];
  readonly #times: RowTime[] = [];
  readonly #headers = new Set<string>();

  constructor(endpoint: Endpoint, interview: Interview) {
    this.endpoint = endpoint;
    this.finding = newFinding(endpoint);
    this.#interview = interview;
  }

  /** The rows of the first answer. */
  get rows(): readonly JsonObject[] {
    return this.first?.rows ?? [];
  }

  get timeField(): string {
    return this.endpoint.timeField ?? 'updated_at';
  }

  /** Asks for the list. @param parents the rows of which one is to be the parent, where it needs one */
  async open(parents: readonly JsonObject[]): Promise<void> {
    this.asked = this.endpoint.request(parents);
    if (this.asked !== undefined) this.first = await this.ask(this.asked.query);
  }

  /** Undefined where it was not asked. */
  async ask(query: Query): Promise<Answer | undefined> {
    const { version } = this.endpoint;
    if (this.asked === undefined) return undefined;
    const reply = await this.#interview.ask({ path: this.asked.path, version, query });
    if (reply === undefined) return undefined;
    const { status, body } = reply;
    const isOk = status !== undefined && status >= 200 && status < 300;
    const rows = isOk && body !== undefined ? this.#rowsIn(body) : [];
    if (status !== undefined) this.#latencies.push(reply.tookMs);
    for (const name of reply.headerNames) this.#headers.add(name);
    for (const row of rows) this.#odd.add(row, this.endpoint.fields);
    this.#times.push(...timesOf(rows, this.timeField));
    return { status: isOk ? undefined : status, rows, reply };
  }

  /** Asks for the list as at first, with this beside; not where it was refused. */
  async with(more: Query): Promise<Answer | undefined> {
    const isOpen = this.first !== undefined && this.first.status === undefined;
    return isOpen ? this.ask({ ...this.asked?.query, ...more }) : undefined;
  }

  /** What all answers together show. @param now milliseconds since the epoch */
  conclude(now: number): Finding {
    const { finding } = this;
    if (this.#latencies.length > 0) finding.latency = latencyOf(this.#latencies);
    finding.oldest = ageOf(this.#times, now);
    finding.zone = zoneOf(this.#times, now);
    finding.fields = this.#odd.list();
    finding.headers = [...this.#headers].toSorted();
    return finding;
  }

  #rowsIn(body: JsonObject): readonly JsonObject[] {
    const { key, fields } = this.endpoint;
    if (key === undefined) return [unwrapped(body)];
    // Some objects stand beside others that are read with them.
    if (Object.hasOwn(fields, key)) return [body];
    const value: JsonValue = body[key] ?? null;
    if (Array.isArray(value)) return value.filter(isObject);
    return isObject(value) ? [value] : [];
  }
}

/** A schedule may be wrapped (docs/recharge-api.md#envelopes). */
function unwrapped(body: JsonObject): JsonObject {
  if ('deliveries' in body) return body;
  return (
    Object.values(body).find((value): value is JsonObject => isObject(value) && 'deliveries' in value) ?? body
  );
}
