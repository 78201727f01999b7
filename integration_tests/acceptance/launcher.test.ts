import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';

/** The executable, and what it loads from the folder it stands in. */
const dist = resolve(import.meta.dirname, '../../dist');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launcher-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each([
  ['connector.cjs', 'spec.json', 'check'],
  ['spec.json', 'connector.cjs', 'spec'],
])(
  'without %s beside it, it says so in one sentence and exits 2 [ERR-01]',
  async (missing, there, command) => {
    for (const file of ['source-recharge', 'package.json', there])
      await copyFile(join(dist, file), join(folder, file));
    const { stdout, stderr, exitCode } = await runConnector([command], {
      executable: [join(folder, 'source-recharge')],
      unchecked: true,
    });
    expect(stderr).toBe(
      `source-recharge needs ${missing} beside it in ${folder}; keep all files of dist/ together.\n`,
    );
    expect([stdout, exitCode]).toEqual(['', 2]);
  },
);

test('a link to it will do', async () => {
  await symlink(join(dist, 'source-recharge'), join(folder, 'recharge'));
  const { messages } = await runConnector(['spec'], { executable: [join(folder, 'recharge')] });
  expect(messages).toHaveLength(1);
});
