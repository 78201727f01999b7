import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pipe } from './files.fixture.ts';
import { readJsonFile } from './files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a pipe that nobody writes to, or that is held open, is waited for 10 s [CLI-08]', async () => {
  const began = Date.now();
  const untilGivenUp = async (script: string) => {
    const { path, end } = pipe(folder, script);
    await expect(readJsonFile('configuration', path)).rejects.toThrow(
      `The configuration file ${path} did not end within 10 s.`,
    );
    end();
  };
  await Promise.all(['sleep 60', '{ printf "{"; sleep 60; } > "$1"'].map(untilGivenUp));
  expect(Date.now() - began).toBeGreaterThan(9_900);
});
