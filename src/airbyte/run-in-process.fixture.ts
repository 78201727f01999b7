import { Writable } from 'node:stream';
import { parseArguments } from './arguments.ts';
import { runCommand } from './commands.ts';
import { Emitter } from './emitter.ts';
import { Output } from './output.ts';
import type { Connector, Source } from './source.ts';

/** Runs a command of a source within this process. What is thrown past the command's own errors rejects. */
export async function runInProcess<Config, Opened>(
  { specification, ...connector }: Pick<Source<Config, Opened>, 'specification'> & Connector<Config, Opened>,
  argv: readonly string[],
): Promise<{ readonly stdout: string; readonly exitCode: number }> {
  const args = parseArguments(argv);
  if (args === 'help') throw new Error('a command is wanted');
  const chunks: Buffer[] = [];
  const write = (chunk: Buffer, _encoding: string, done: () => void) => {
    chunks.push(chunk);
    done();
  };
  const output = new Output(new Writable({ write }), (error) => {
    throw error;
  });
  const emitter = new Emitter(output, { debug: args.debug });
  const { signal } = new AbortController();
  const exitCode = await runCommand(connector, args, {
    specification: specification(),
    emitter,
    signal,
  });
  await output.flush();
  return { stdout: Buffer.concat(chunks).toString(), exitCode };
}
