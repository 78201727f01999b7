import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  checkLines,
  checkTranscript,
  configure,
  type Run,
  stateFile,
} from '../../src/airbyte/testing/index.ts';
import { catalogs, configs, rows, states, streams } from './inputs.ts';
import { token } from './odd-values.ts';
import { allIds, expectSound, idsOf, namedIn } from './sound.ts';
import { type Answering, isHarmless, type Oddity, oddities, oddStore } from './store.ts';

/** Runs the connector with these arguments against a store. */
export type Connector = (args: readonly string[], answer: Answering) => Promise<Run>;

const described = streams.map((name) => ({
  name,
  json_schema: {},
  supported_sync_modes: ['full_refresh', 'incremental'] as const,
  default_cursor_field: ['updated_at'],
  source_defined_primary_key: [['id']],
  is_resumable: true,
}));
const completeIn = (run: Run) => streams.filter((name) => run.statuses(name).includes('COMPLETE'));
const wholeCatalog = configure(described);

/** Runs a command with files of this content, and checks what any run must keep to. */
function runnerOf(connector: Connector) {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  return async (command: string, files: Readonly<Record<string, unknown>>, odd?: Oddity): Promise<Run> => {
    const flags = Object.entries(files).flatMap(([name, content]) => {
      const path = join(folder, `${name}.json`);
      writeFileSync(path, content instanceof Uint8Array ? content : JSON.stringify(content));
      return [`--${name}`, path];
    });
    const done = await connector([command, '--debug', ...flags], oddStore(odd));
    const checked = { ...done, secrets: [token] };
    if (command === 'read') checkTranscript({ ...checked, catalog: { streams: namedIn(done) } });
    else checkLines(checked);
    expectSound(done);
    return done;
  };
}

/**
 * Tests that the connector does what is right with so many configurations, catalogs, states and answers, or has one clear
 * failure. @param url where the store is
 */
export function testInputs(connector: Connector, url: string, numRuns: number): void {
  const validConfig = { access_token: token, start_date: rows[0]?.['updated_at'], api_url: url };
  const run = runnerOf(connector);

  test('configurations', async () => {
    await fc.assert(
      fc.asyncProperty(configs(url), fc.constantFrom('check', 'discover'), async (config, command) => {
        const done = await run(command, { config });
        const failed = done.errors().length;
        expect([...done.of('CATALOG'), ...done.of('CONNECTION_STATUS')]).toHaveLength(1 - failed);
        expect(done.exitCode).toBe(failed);
      }),
      { numRuns },
    );
  });

  test('catalogs', async () => {
    await fc.assert(
      fc.asyncProperty(catalogs, async (catalog) => {
        const done = await run('read', { config: validConfig, catalog });
        expect(done.exitCode).toBe(Math.min(1, done.errors().length));
        for (const name of completeIn(done)) expect([name, idsOf(done, name)]).toEqual([name, allIds]);
      }),
      { numRuns },
    );
  });

  test('states', async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        const first = await run('read', { config: validConfig, catalog: wholeCatalog, state });
        expect(first.exitCode).toBe(Math.min(1, first.errors().length));
        // From some time on, unless it says that more was read after its cursor.
        for (const name of state.includes('read_beyond') ? [] : completeIn(first)) {
          const ids = idsOf(first, name);
          expect([name, ids]).toEqual([name, ids.length === 0 ? [] : allIds.slice(-ids.length)]);
        }
        const next = await run('read', {
          config: validConfig,
          catalog: wholeCatalog,
          state: stateFile(first),
        });
        expect(next.errors()).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('answers', async () => {
    await fc.assert(
      fc.asyncProperty(oddities, fc.constantFrom(...streams), async (odd, name) => {
        const catalog = configure(described, { streams: [name] });
        const done = await run('read', { config: validConfig, catalog }, odd);
        expect(done.exitCode).toBe(Math.min(1, done.errors().length));
        const whole = [[], allIds];
        expect(isHarmless(odd) ? [done.errors(), idsOf(done, name)] : whole).toEqual(whole);
      }),
      { numRuns },
    );
  });
}
