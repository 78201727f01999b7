import type { Arguments } from './arguments.ts';
import { parseConfiguredCatalog } from './catalog.ts';
import { configError, toConnectorError } from './connector-error.ts';
import { readJsonFile } from './files.ts';
import { isObject } from './json.ts';
import type { ConnectorSpecification } from './protocol.ts';
import { readStreams } from './read.ts';
import { redactor } from './secrets.ts';
import type { Connection, Connector } from './source.ts';
import { parseState } from './state.ts';
import type { Channel } from './stream-writer.ts';

/** Runs check, discover or read. Resolves to the exit code; an exit code of 1 has its reason on stdout. */
export async function runCommand<Config, Opened>(
  connector: Connector<Config, Opened>,
  args: Arguments,
  context: Channel & { readonly specification: ConnectorSpecification },
): Promise<0 | 1> {
  const { emitter, signal, specification } = context;
  try {
    const config = await readJsonFile('configuration', args.config ?? '');
    const connect = () => {
      if (!isObject(config)) throw configError('The configuration must be a JSON object.');
      const redact = redactor(specification.connectionSpecification, config);
      emitter.redactWith(redact);
      const { log } = emitter;
      return connector.connect(connector.parseConfig(config, log), { log, redact });
    };
    if (args.command === 'check') {
      await check(connect, context);
      return 0;
    }
    const connection = connect();
    if (args.command === 'discover') {
      const streams = connection.streams.map((stream) => stream.describe());
      emitter.send({ type: 'CATALOG', catalog: { streams } });
      return 0;
    }
    // Platforms ask for sockets only of a source that offers them. Nobody would read stdout then.
    if (process.env['DATA_CHANNEL_MEDIUM']?.toUpperCase() === 'SOCKET')
      throw configError(
        'DATA_CHANNEL_MEDIUM asks for records over sockets, but this source writes them to stdout. Set it to STDIO.',
      );
    const catalog = parseConfiguredCatalog(await readJsonFile('catalog', args.catalog ?? ''));
    const states = parseState(args.state === undefined ? null : await readJsonFile('state', args.state));
    return (await readStreams({ ...connection, catalog, states, ...context })) ? 0 : 1;
  } catch (thrown) {
    // Whoever aborted the run reports the reason.
    if (signal.aborted) return 1;
    const error = toConnectorError(thrown);
    emitter.logLine(error.type === 'system_error' ? 'FATAL' : 'ERROR', error.message);
    emitter.error(error);
    return 1;
  }
}

/** FAILED for a config_error or a transient_error. @throws ConnectorError (system_error) */
async function check<Opened>(connect: () => Connection<Opened>, { emitter, signal }: Channel): Promise<void> {
  try {
    const message = (await connect().check(signal)) || undefined;
    if (message !== undefined) emitter.log.info(message);
    emitter.connectionStatus('SUCCEEDED', message);
  } catch (thrown) {
    const error = toConnectorError(thrown);
    if (error.type === 'system_error') throw error;
    emitter.connectionStatus('FAILED', error.message);
  }
}
