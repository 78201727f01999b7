import { type Arguments, parseArguments, UsageError, usage } from './arguments.ts';
import { Emitter } from './emitter.ts';
import type { runCommand } from './entrypoint.ts';
import { toFailure } from './failure.ts';
import { Output } from './output.ts';
import type { ConnectorSpecification } from './protocol.ts';
import { Shutdown } from './shutdown.ts';
import type { Source } from './source.ts';

export interface Program {
  readonly name: string;
  /** What `spec` prints. It is all that `spec` loads, so that it starts at once (CLI-12). */
  readonly specification: () => ConnectorSpecification;
  /** Loads the rest: the source, and `runCommand` of this kit. */
  readonly load: () => Promise<{ source: Source; runCommand: typeof runCommand }>;
}

/** Runs one command of a source as this process, and ends the process. */
export async function runProcess(program: Program, argv: readonly string[]): Promise<void> {
  const args = readArguments(program.name, argv);
  if (args === undefined) return;
  const shutdown = new Shutdown();
  const output = new Output(process.stdout, () => shutdown.begin(1));
  const emitter = new Emitter(output, {
    debug: args.debug || process.env['LOG_LEVEL']?.toUpperCase() === 'DEBUG',
  });
  shutdown.onSignals();
  onSurprises(emitter, output, shutdown);

  const specification = program.specification();
  if (args.command === 'spec') {
    emitter.spec(specification);
    await output.flush();
    return shutdown.finish(0);
  }
  const { source, runCommand: run } = await program.load();
  const code = await run(source, args, { specification, emitter, output, signal: shutdown.signal });
  await output.flush();
  shutdown.finish(code);
}

/** Undefined when there is nothing to run: the answer, or the complaint, is out and the exit code set (CLI-05). */
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

/** What nobody caught becomes the protocol's own message, and Node's warnings a LOG: stderr stays empty (EXIT-05, ERR-01). */
function onSurprises(emitter: Emitter, output: Output, shutdown: Shutdown): void {
  const surprise = (error: unknown) => {
    // What breaks because everything is being stopped is no news.
    if (shutdown.begun) return;
    const failure = toFailure(error);
    emitter.logLine('FATAL', failure.message);
    emitter.failure(failure);
    shutdown.begin(1);
  };
  process.on('uncaughtException', surprise);
  process.on('unhandledRejection', surprise);
  // With nothing left to wait for, Node would end here with exit code 0, which says that all is done (EXIT-01).
  process.on('beforeExit', () => {
    surprise(new Error('the work stopped before it was done'));
    // Whatever still answers the abort has done so by the next turn.
    setImmediate(() => void output.flush().then(() => shutdown.finish(1)));
  });
  process.removeAllListeners('warning');
  process.on('warning', (warning) => emitter.log.debug(`${warning.name}: ${warning.message}`));
}
