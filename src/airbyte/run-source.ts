import { type Arguments, parseArguments, UsageError, usage } from './arguments.ts';
import { toConnectorError } from './connector-error.ts';
import { Emitter } from './emitter.ts';
import { Output, stdout } from './output.ts';
import { Shutdown } from './shutdown.ts';
import type { Source } from './source.ts';

/**
 * Runs one command of a source as this process, and ends the process.
 * @param argv the command line without the interpreter and the program
 */
export async function runSource<Config, Opened>(
  source: Source<Config, Opened>,
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const args = readArguments(source.name, argv);
  if (args === undefined) return;
  const shutdown = new Shutdown();
  const output = new Output(stdout(), (error) => {
    shutdown.begin(1);
    reportBroken(error);
  });
  const debug = args.debug || process.env['LOG_LEVEL']?.toUpperCase() === 'DEBUG';
  const emitter = new Emitter(output, { debug });
  shutdown.onSignals();
  onUncaught(emitter, shutdown);

  const specification = source.specification();
  let code = 0;
  if (args.command === 'spec') emitter.send({ type: 'SPEC', spec: specification });
  else {
    const connector = 'load' in source ? await source.load() : source;
    // Loaded on demand: `spec` starts without it.
    const { runCommand } = await import('./commands.ts');
    code = await runCommand(connector, args, { specification, emitter, signal: shutdown.signal });
  }
  await output.flush();
  shutdown.finish(code);
}

/** Says on stderr why stdout takes nothing more, but for a reader that is gone: clients end a source by closing its pipe. */
function reportBroken({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || code === 'ECONNRESET') return;
  process.stderr.write(
    `Cannot write to stdout: ${message}. Its last line may be cut off. Mend that, and sync again.\n`,
  );
}

/** Undefined where there is nothing to run: help or the usage error is written, and the exit code is set. */
function readArguments(program: string, argv: readonly string[]): Arguments | undefined {
  try {
    const args = parseArguments(argv);
    if (args !== 'help') return args;
    process.stdout.write(usage(program));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${program}: ${error.message}\n${usage(program)}`);
    process.exitCode = 2;
  }
  return undefined;
}

/** Reports an uncaught error as protocol messages, and Node's warnings as LOG: stderr stays empty. */
function onUncaught(emitter: Emitter, shutdown: Shutdown): void {
  const report = (thrown: unknown) => {
    // An error during shutdown is caused by the shutdown.
    if (shutdown.signal.aborted) return;
    const error = toConnectorError(thrown);
    emitter.logLine('FATAL', error.message);
    emitter.error(error);
    shutdown.begin(1);
  };
  process.on('uncaughtException', report);
  process.on('unhandledRejection', report);
  // With nothing left to wait for, Node would end here with exit code 0, which claims a complete sync.
  process.on('beforeExit', () => {
    report(new Error('the work stopped before it was done'));
    // By the next turn, everything that answers the abort has done so.
    setImmediate(() => void emitter.output.flush().then(() => shutdown.finish(1)));
  });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => emitter.log.debug(`${warning.name}: ${warning.message}`));
}
