import {
  type Batch,
  type JsonObject,
  type Log,
  type ReadContext,
  StreamMetrics,
  type ReadRequest,
  ChangeReport,
} from '../airbyte/index.ts';
import { silentLog } from '../airbyte/testing/index.ts';
import type { RechargeStream } from './recharge-stream.ts';

/** An incremental sync of one stream from its beginning, without a log; `options` say otherwise. */
export function requestOf(options: Partial<ReadRequest> = {}): ReadRequest {
  const nothing = () => {};
  return {
    syncMode: 'incremental',
    log: silentLog,
    onRateLimited: nothing,
    onKeylessRow: nothing,
    changes: new ChangeReport(nothing),
    ...options,
  };
}

/** What a reader works with that nobody stops. */
export function readContext(log: Log = silentLog): ReadContext {
  return { log, signal: new AbortController().signal, metrics: new StreamMetrics() };
}

/** The batches of a sync of one stream alone. */
export function batchesOf(stream: RechargeStream, options?: Partial<ReadRequest>): AsyncIterable<Batch> {
  const request = requestOf(options);
  return stream.read([stream.open(request)], readContext(request.log));
}

/** The rows of a sync of one stream alone, and the last state. */
export async function readAlone(
  stream: RechargeStream,
  options?: Partial<ReadRequest>,
): Promise<{ rows: JsonObject[]; state: JsonObject | undefined }> {
  const rows: JsonObject[] = [];
  let { state } = requestOf(options);
  for await (const batch of batchesOf(stream, options)) {
    for (const { data } of batch.rows) rows.push(data);
    state = batch.state ?? state;
  }
  return { rows, state };
}
