import { parseArgs } from 'node:util';

export type Command = 'spec' | 'check' | 'discover' | 'read';

export interface Arguments {
  readonly command: Command;
  readonly debug: boolean;
  readonly config?: string;
  readonly catalog?: string;
  readonly state?: string;
}

/** A wrong call: usage on stderr, exit 2, nothing on stdout (CLI-05). */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The files of each command: true for one that it needs. */
const filesOf: Readonly<Record<Command, Readonly<Record<string, boolean>>>> = {
  spec: {},
  check: { config: true },
  discover: { config: true },
  read: { config: true, catalog: true, state: false },
};

/**
 * The command line of an Airbyte source (CLI-01, CLI-03), without the program's name.
 * 'help' when help is asked for. @throws UsageError
 */
export function parseArguments(argv: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError('a command is missing');
  if (!isCommand(name)) throw new UsageError(`there is no command ${shown(name)}`);
  if (rest.length > 0) throw new UsageError(`${name} takes no argument ${shown(rest[0])}`);
  const { help: _help, debug, ...files } = values;
  const surplus = Object.keys(files).find((flag) => !(flag in filesOf[name]));
  if (surplus !== undefined) throw new UsageError(`${name} takes no --${surplus}`);
  const given: Readonly<Record<string, string>> = files;
  const missing = Object.entries(filesOf[name]).find(([flag, needed]) => needed && !given[flag]);
  if (missing !== undefined) throw new UsageError(`${name} needs --${missing[0]} FILE`);
  return { command: name, debug: debug === true, ...files };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        catalog: { type: 'string' },
        state: { type: 'string' },
        debug: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // What Node advises beside it is about Node's own ways.
    throw new UsageError((error as Error).message.split(/\.\s/, 1).join());
  }
}

/** A word as it was typed. What is no word may be a configuration, and hold the token (CLI-11). */
function shown(argument = ''): string {
  return /^[\w.-]{1,20}$/.test(argument) ? JSON.stringify(argument) : 'like that';
}

function isCommand(name: string): name is Command {
  return Object.hasOwn(filesOf, name);
}

export function usage(program: string): string {
  return `Usage: ${program} COMMAND [--debug]

  spec                                                  what the connector needs to know
  check    --config FILE                                can it reach the API with this configuration?
  discover --config FILE                                the streams it offers
  read     --config FILE --catalog FILE [--state FILE]  records and states, as JSON lines on stdout
`;
}
