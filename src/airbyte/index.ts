/** The source kit: everything that code outside this folder may import, but for `testing/index.ts`. */
export { additionalProperties, ChangeReport } from './change-report.ts';
export { ConnectorError, configError } from './connector-error.ts';
export { defineStream, describeStream, type RecordBatch, type StreamDefinition } from './define-stream.ts';
export { readJsonFile } from './files.ts';
export { copyWithin, isObject, isRawJSON, type JsonObject, type JsonValue, rawJSON } from './json.ts';
export { notJson } from './json-position.ts';
export { parseLossless } from './lossless-json.ts';
export { parseWith } from './problems.ts';
export type { ConnectorSpecification, Log, StateMessage, StreamDescription, SyncMode } from './protocol.ts';
export { runSource } from './run-source.ts';
export * from './schema.ts';
export type { Redact } from './secrets.ts';
export type * from './source.ts';
export { StreamMetrics } from './stream-metrics.ts';
export { warnOfUnknown, withoutNulls, zodConfig } from './zod-config.ts';
