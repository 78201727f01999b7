import { parseArgs } from 'node:util';

type Command = 'spec' | 'check' | 'discover' | 'read';

export type Arguments = Exclude<ReturnType<typeof parseArguments>, 'help'>;

/** A wrong command line. The program prints its usage on stderr, nothing on stdout, and exits with code 2. */
export class UsageError extends Error {}

/** The file options of each command. True: the command requires it. */
const filesOf: Readonly<Record<Command, Readonly<Record<string, boolean>>>> = {
  spec: {},
  check: { config: true },
  discover: { config: true },
  read: { config: true, catalog: true, state: false },
};

/**
 * Parses the command line of an Airbyte source, without the program's name.
 * @returns 'help' where help is asked for. @throws UsageError
 */
export function parseArguments(argv: readonly string[]) {
  const { values, positionals } = parse(argv);
  const { help = false, debug = false, ...files } = values;
  if (help) return 'help' as const;
  const [name, ...rest] = positionals;
  if (name === undefined) throw new UsageError('a command is missing');
  if (!isCommand(name)) throw new UsageError(`there is no command ${shown(name)}`);
  if (rest.length > 0) throw new UsageError(`${name} takes no argument ${shown(rest[0])}`);
  for (const flag of Object.keys(files))
    if (!(flag in filesOf[name])) throw new UsageError(`${name} takes no --${flag}`);
  for (const [flag, isNeeded] of Object.entries(filesOf[name]))
    if (isNeeded && !files[flag as keyof typeof files]) throw new UsageError(`${name} needs --${flag} FILE`);
  return { command: name, debug, ...files };
}

function parse(argv: readonly string[]) {
  const [file, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = { config: file, catalog: file, state: file, debug: flag, help: { ...flag, short: 'h' } };
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options });
  } catch (error) {
    // The first sentence alone: the others are advice on Node's own parser.
    const [sentence = ''] = (error as Error).message.split(/\.\s/, 1);
    throw new UsageError(
      sentence.replace(/^Unknown option '(?!-{1,2}[a-z-]{1,20}'$).*/is, 'Unknown option like that'),
    );
  }
}

/** The argument, quoted. Anything but a short word is not shown: it may be a configuration with its secrets. */
function shown(argument = ''): string {
  return /^(?!sk_)[\w.-]{1,20}$/.test(argument) ? JSON.stringify(argument) : 'like that';
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
