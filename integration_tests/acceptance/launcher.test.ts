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

test('NODE_DEBUG, by which Node.js would print each header, has no effect [E-09]', async () => {
  const { stderr, exitCode } = await runConnector(['check'], {
    files: {
      config: { access_token: 'sk_test_1x1_a', start_date: '2024-01-01', api_url: 'http://127.0.0.1:9' },
    },
    env: { NODE_DEBUG: 'http,net,tls,fs,timer' },
    unchecked: true,
  });
  expect([stderr, exitCode]).toEqual(['', 0]);
});

test('a link to it will do', async () => {
  await symlink(join(dist, 'source-recharge'), join(folder, 'recharge'));
  const { messages } = await runConnector(['spec'], { executable: [join(folder, 'recharge')] });
  expect(messages).toHaveLength(1);
});
