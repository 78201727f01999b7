/** The kit's second entrance: runs a source as a process and checks what it writes. */
export { type ConfiguredCatalog, configure, stateFile, stateOf } from './clients.ts';
export type { SourceMessage } from './messages.ts';
export { recordValidator } from './record-validator.ts';
export { Run } from './run.ts';
export { type RunOptions, runConnector } from './run-connector.ts';
export { silentLog } from './silent-log.ts';
export { checkLines, checkTranscript, type Transcript } from './transcript.ts';
