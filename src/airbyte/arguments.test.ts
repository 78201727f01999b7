import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseArguments, UsageError, usage } from './arguments.ts';

const file = fc.string({ minLength: 1 }).filter((text) => !text.startsWith('-'));

test('accepts flags in any order, before and after the command [CLI-01]', () => {
  fc.assert(
    fc.property(
      fc.record({ config: file, catalog: file, state: file }),
      fc.boolean(),
      fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
      ({ config, catalog, state }, debug, order) => {
        const parts = [['read'], ['--config', config], [`--catalog=${catalog}`], ['--state', state]];
        if (debug) parts.push(['--debug']);
        const argv = parts.toSorted(
          (a, b) => (order[parts.indexOf(a)] ?? 0) - (order[parts.indexOf(b)] ?? 0),
        );
        expect(parseArguments(argv.flat())).toEqual({ command: 'read', debug, config, catalog, state });
      },
    ),
  );
});

test('any other command line is a UsageError [CLI-05]', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('read', 'spec', '--config', '--debug', '--', '-', '-h', '='),
  );
  fc.assert(
    fc.property(fc.array(word), (argv) => {
      try {
        const args = parseArguments(argv);
        expect(args === 'help' || ['spec', 'check', 'discover', 'read'].includes(args.command)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

test('the usage names every command and flag', () => {
  for (const word of ['spec', 'check', 'discover', 'read', '--config', '--catalog', '--state', '--debug'])
    expect(usage('source-x')).toContain(word);
});

test.each([
  [[], 'a command is missing'],
  [['write'], 'there is no command "write"'],
  [['constructor'], 'there is no command "constructor"'],
  [['spec', 'check'], 'spec takes no argument "check"'],
  [['check'], 'check needs --config FILE'],
  [['discover'], 'discover needs --config FILE'],
  [['read', '--config', 'c.json'], 'read needs --catalog FILE'],
  [['read', '--catalog', 'c.json'], 'read needs --config FILE'],
  [['check', '--config', 'c.json', '--state', 's.json'], 'check takes no --state'],
  [['check', '--config', ''], 'check needs --config FILE'],
  // No word: it may hold the token.
  [['{"access_token":"sesame"}'], 'there is no command like that'],
  [['check', '{"access_token":"sesame"}'], 'check takes no argument like that'],
  // Without Node's own advice.
  [['spec', '--debug=yes'], "Option '--debug' does not take an argument"],
  [['spec', '--verbose'], "Unknown option '--verbose'"],
  [['spec', '-x.y z'], "Unknown option '-x'"],
  [['spec', '--sk_live_sesame'], 'Unknown option like that'],
  [['spec', '--{"access_token":\n"sesame"}'], 'Unknown option like that'],
  [['check', '--config', '--debug'], "Option '--config' argument is ambiguous"],
  [['check', '--config'], "Option '--config <value>' argument missing"],
])('%j is refused [CLI-04, CLI-05, CLI-11]', (argv, complaint) => {
  expect(() => parseArguments(argv)).toThrow(new UsageError(complaint));
});
