import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../../sandbox/index.ts';
import { configure } from '../../src/airbyte/testing/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { Steps } from '../harness/steps.ts';
import { docker, hostAddress, image } from '../image/engine.ts';
import { configFor, startStore } from '../image/store.ts';

/**
 * Tools and hosts that others made, on the built connector: `node integration_tests/hosts/main.ts PYTHON FOLDER`, where
 * PYTHON has ../pyairbyte/requirements.txt installed, and FOLDER a virtual environment for each requirements-NAME.txt
 * here. Exits 1 where one of them finds fault.
 */
const root = resolve(import.meta.dirname, '../..');
const executable = join(root, 'dist/source-recharge');
const run = promisify(execFile);
const streams = ['orders', 'customers', 'subscriptions'];

/** The commit whose image reads the same rows from the same answers. A change of rows that is meant moves it. */
const earlier = '42ab79dd6619dd3cf9fe77e27c0cf387f4264093';

type Rows = Readonly<Record<string, number>>;

async function main(python: string, environments: string): Promise<number> {
  const steps = new Steps();
  const host = await hostAddress();
  // The clock stands still, so that two reads find the same rows.
  const store = await startStore({ frozen: true, host: host === '127.0.0.1' ? host : '0.0.0.0' });
  const config = { ...configFor(store), api_url: `http://${host}:${new URL(store.url).port}` };
  const folder = await mkdtemp(join(tmpdir(), 'hosts-'));
  const file = (name: string) => join(folder, name);
  const pythonOf = (name: string) => join(environments, name, 'bin/python');
  const script = (name: string) => join(import.meta.dirname, `${name}.py`);
  try {
    const discovered = await runConnector(['discover'], { files: { config } });
    const catalog = configure(discovered.of('CATALOG')[0]?.catalog.streams ?? []);
    const read = await runConnector(['read'], { files: { config, catalog } });
    await writeFile(file('config.json'), JSON.stringify(config));
    await writeFile(file('catalog.json'), JSON.stringify(catalog));
    await writeFile(file('discovered.jsonl'), discovered.stdout);
    await writeFile(file('read.jsonl'), read.stdout);

    await steps.all("airbyte-cdk's checks of catalog and records [STD-07]", () =>
      problemsOf(python, [
        script('cdk_checks'),
        ...['discovered.jsonl', 'catalog.json', 'read.jsonl'].map((name) => file(name)),
      ]),
    );
    await steps.all("Airbyte's validator of metadata.yaml [META-01]", () =>
      problemsOf(pythonOf('ops'), [
        script('validate_metadata'),
        join(root, 'metadata.yaml'),
        join(root, 'docs/recharge.md'),
      ]),
    );
    await steps.all('reads what an earlier commit did, of the same answers', () =>
      compareWithEarlier(join(environments, 'ops/bin'), folder),
    );
    await steps.all('dlt on PyAirbyte into DuckDB, twice', async () => {
      const args = [script('dlt_load'), executable, file('config.json'), folder, ...streams];
      return differences(store, (await lastLine(pythonOf('dlt'), args)) as Rows);
    });
    await steps.all('airbyte-serverless, twice', async () => {
      const args = [script('serverless'), executable, file('config.json'), ...streams];
      const [first = {}, second = {}] = (await lastLine(pythonOf('serverless'), args)) as Rows[];
      const again = streams.filter((stream) => (second[stream] ?? 0) >= (first[stream] ?? 0));
      return [
        ...differences(store, first),
        ...again.map((stream) => `${stream} is read from the start again`),
      ];
    });
    await steps.all('airbyte-serverless and the image, whose user may not open its folder', async () => {
      const args = [script('serverless'), `docker:${image}`, file('config.json'), ...streams];
      const message = String(await lastLine(pythonOf('serverless'), args));
      return /\/mnt\/temp is closed to the user/.test(message) ? [] : [message];
    });
    return steps.good ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await store.close();
  }
}

/** No program asks Airbyte's registry, tells anyone that it ran, or leaves files beside its script. */
const quiet = {
  ...process.env,
  AIRBYTE_OFFLINE_MODE: '1',
  DO_NOT_TRACK: '1',
  PYTHONDONTWRITEBYTECODE: '1',
  PYTHONWARNINGS: 'ignore',
  RUNTIME__DLTHUB_TELEMETRY: 'false',
};

/** The last line that a program prints, which is JSON. @throws Error with its stderr where it fails. */
async function lastLine(program: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(program, args, { env: quiet, maxBuffer: 1 << 28 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

/** What a program that finds fault by its exit code says of it. */
async function problemsOf(
  program: string,
  args: readonly string[],
  path = process.env['PATH'],
): Promise<string[]> {
  const env = { ...quiet, PATH: path };
  return run(program, args, { env, maxBuffer: 1 << 28 }).then(
    () => [],
    ({ stdout, stderr }: { stdout: string; stderr: string }) => [`${stdout}${stderr}`.slice(-3_000)],
  );
}

/** Where a table has not as many rows as the store. */
function differences(store: Sandbox, rows: Rows): string[] {
  return streams
    .map((stream) => [stream, rows[stream], store.served(`/${stream}`).length] as const)
    .filter(([, found, served]) => found !== served)
    .map(([stream, found, served]) => `${found} ${stream}, and the store has ${served}`);
}

/** Airbyte's regression test: records what the earlier image is answered, and lets the other read the same answers. */
async function compareWithEarlier(tools: string, folder: string): Promise<string[]> {
  const checkout = join(folder, 'earlier');
  const git = (...args: string[]) => run('git', args, { cwd: root });
  const commit = await git('cat-file', '-e', earlier).then(
    () => earlier,
    () => 'HEAD',
  );
  if (commit === 'HEAD')
    process.stdout.write(`This clone lacks ${earlier}: the image is compared with its own commit.\n`);
  const control = `${image}-earlier`;
  await git('worktree', 'add', '--detach', checkout, commit);
  try {
    await docker(['build', '--quiet', '--tag', control, checkout]);
  } finally {
    await git('worktree', 'remove', '--force', checkout);
  }
  const images = ['--test-image', image, '--control-image', control];
  const files = [
    '--config-path',
    join(folder, 'config.json'),
    '--catalog-path',
    join(folder, 'catalog.json'),
  ];
  const command = ['cloud', 'connector', 'regression-test', ...images, '--command', 'read', ...files];
  const path = [await engineThatKnowsItsHost(folder), tools, process.env['PATH']].join(delimiter);
  const output = ['--output-dir', join(folder, 'regression')];
  return problemsOf(join(tools, 'airbyte-ops'), [...command, ...output], path);
}

/**
 * A folder with a `docker` for the PATH. The tool lets containers find the host by `host-gateway`, which older versions
 * of podman do not know; theirs share the network of the host here.
 */
async function engineThatKnowsItsHost(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const { stdout: engine } = await run('sh', ['-c', 'command -v docker']);
  if ((await docker(['--version'])).includes('podman'))
    await writeFile(
      join(bin, 'docker'),
      `#!/usr/bin/env bash\nexec ${engine.trim()} "\${@/:host-gateway/:127.0.0.1}"\n`,
      { mode: 0o755 },
    );
  else await symlink(engine.trim(), join(bin, 'docker'));
  return bin;
}

const [python, environments] = process.argv.slice(2);
if (python === undefined || environments === undefined)
  throw new Error('Usage: node integration_tests/hosts/main.ts PYTHON FOLDER');
process.exitCode = await main(resolve(python), resolve(environments));
