import { parseConfiguredCatalog } from './catalog.ts';
import type { Arguments } from './arguments.ts';
import type { Emitter } from './emitter.ts';
import { configError, toFailure } from './failure.ts';
import { readJsonFile } from './files.ts';
import { isObject, type JsonValue } from './json.ts';
import type { Output } from './output.ts';
import type { ConnectorSpecification } from './protocol.ts';
import { readStreams } from './read.ts';
import { redactor } from './secrets.ts';
import type { Connection, Source } from './source.ts';
import { parseState } from './state.ts';

export interface Run {
  readonly specification: ConnectorSpecification;
  readonly emitter: Emitter;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Runs check, discover or read. Resolves to the exit code; says on stdout why it is not 0. */
export async function runCommand(source: Source, args: Arguments, run: Run): Promise<0 | 1> {
  try {
    if (args.command === 'check') return await check(source, args, run);
    const connection = open(source, await readConfig(args), run);
    if (args.command === 'discover') {
      run.emitter.catalog(connection.streams.map((stream) => stream.describe()));
      return 0;
    }
    refuseSockets();
    const catalog = parseConfiguredCatalog(await readJsonFile('catalog', args.catalog ?? ''));
    const states = parseState(args.state === undefined ? null : await readJsonFile('state', args.state));
    const complete = await readStreams({ streams: connection.streams, catalog, states, ...run });
    return complete ? 0 : 1;
  } catch (error) {
    // Who stopped it knows why.
    if (run.signal.aborted) return 1;
    const failure = toFailure(error);
    run.emitter.logLine(failure.type === 'system_error' ? 'FATAL' : 'ERROR', failure.message);
    run.emitter.failure(failure);
    return 1;
  }
}

/**
 * FAILED, with exit 0, for what the user can mend or wait for; a TRACE ERROR and exit 1 for a file that cannot be
 * read and for a fault of this program (CLI-08, CLI-11, E-04, E-05).
 */
async function check(source: Source, args: Arguments, run: Run): Promise<0 | 1> {
  const config = await readConfig(args);
  try {
    await open(source, config, run).check(run.signal);
    run.emitter.connectionStatus('SUCCEEDED');
  } catch (error) {
    const failure = toFailure(error);
    if (failure.type === 'system_error') throw failure;
    run.emitter.connectionStatus('FAILED', failure.message);
  }
  return 0;
}

function readConfig(args: Arguments): Promise<JsonValue> {
  return readJsonFile('configuration', args.config ?? '');
}

function open(source: Source, config: JsonValue, { emitter, specification }: Run): Connection {
  if (!isObject(config)) throw configError('The configuration must be a JSON object.');
  emitter.redact = redactor(specification.connectionSpecification, config);
  return source.open(config, emitter.log, emitter.redact);
}

/** Platforms ask for sockets only where a source offers them; nobody would listen to stdout then (NEW-01). */
function refuseSockets(): void {
  if (process.env['DATA_CHANNEL_MEDIUM']?.toUpperCase() !== 'SOCKET') return;
  throw configError(
    'DATA_CHANNEL_MEDIUM asks for records over sockets, but this source writes them to stdout. Set it to STDIO.',
  );
}
