import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Steps } from '../../harness/steps.ts';
import { hostAddress, image } from '../engine.ts';
import { configFor, startStore } from '../store.ts';

/**
 * Runs Airbyte's standard tests on the image, with this repository's acceptance-test-config.yml and a sandbox as the
 * store. `node integration_tests/image/standard-tests/main.ts PYTHON`, where PYTHON has ../../pyairbyte/requirements.txt
 * installed. Exits 1 where a test fails, or one that must pass did not run.
 */
const repository = resolve(import.meta.dirname, '../../..');

/**
 * What must have run and passed, by step. The rest is for a registry this image is not in, or for the other commands of
 * a config that only `check` is to see.
 */
const inScenario = (test: string, scenario: string) =>
  `test_docker_image_build_and_${test}['${scenario}' Test Scenario]`;

/** A folder such as a connector has in Airbyte's own repository, with secrets. */
async function layOut(parent: string, config: object & { api_url: string }): Promise<string> {
  const root = join(parent, 'source-recharge');
  await mkdir(join(root, 'secrets'), { recursive: true });
  await mkdir(join(root, 'integration_tests'));
  const files = ['metadata.yaml', 'acceptance-test-config.yml', 'spec.json'];
  const catalog = 'integration_tests/configured_catalog.json';
  for (const file of [...files, catalog]) await cp(join(repository, file), join(root, file));
  await writeFile(join(root, 'secrets/config.json'), JSON.stringify(config));
  const invalid = 'integration_tests/invalid_config.json';
  const content = JSON.parse(await readFile(join(repository, invalid), 'utf8')) as object;
  await writeFile(join(root, invalid), JSON.stringify({ ...content, api_url: config.api_url }));
  return root;
}

async function streams(): Promise<string> {
  const text = await readFile(join(repository, 'integration_tests/configured_catalog.json'), 'utf8');
  const catalog = JSON.parse(text) as { streams: { stream: { name: string } }[] };
  return catalog.streams.map(({ stream }) => stream.name).join(',');
}

async function pytest(python: string, root: string, report: string): Promise<string> {
  const plugin = ['-p', 'airbyte_cdk.test.standard_tests.pytest_hooks', '-p', 'no:cacheprovider'];
  const test = join(import.meta.dirname, 'test_image.py');
  // `--read-from-streams=all` reads none: the suite takes the word for the name of a stream.
  const reads = [`--read-from-streams=${await streams()}`, '--read-scenarios=config'];
  const args = [
    '-m',
    'pytest',
    ...plugin,
    test,
    `--connector-image=${image}`,
    ...reads,
    `--junitxml=${report}`,
  ];
  const env = { ...process.env, CONNECTOR_ROOT: root, CONNECTOR_IMAGE: image, PYTHONDONTWRITEBYTECODE: '1' };
  const run = promisify(execFile)(python, args, { env, maxBuffer: 1 << 26, timeout: 300_000 });
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
  process.stdout.write(stdout + stderr);
  return readFile(report, 'utf8');
}

/** What each test left in the report: nothing where it passed. */
function resultsIn(report: string): ReadonlyMap<string, string> {
  const cases = report.matchAll(/<testcase (?:[^>]*? )?name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs);
  return new Map(
    [...cases].map(([, name = '', content = '']) => [name.replaceAll('&#x27;', "'"), content] as const),
  );
}

function judge(report: string): Steps {
  const results = resultsIn(report);
  const steps = new Steps();
  const failed = [...results].filter(([, content]) => /<(failure|error)\b/.test(content));
  const notRun = (...names: string[]) =>
    names
      .filter((name) => /<skipped\b/.test(results.get(name) ?? '<skipped'))
      .map((name) => `${name} did not run`);
  steps.step(
    'no test of the suite fails [STD-01, STD-02, STD-03]',
    failed.map(([name]) => name),
  );
  steps.step(
    'spec [STD-07]',
    notRun('test_docker_image_build_and_spec', inScenario('config_matches_spec', 'config')),
  );
  steps.step(
    'check succeeds, and fails where it should [STD-07, T23]',
    notRun(inScenario('check', 'config'), inScenario('check', 'invalid_config')),
  );
  steps.step('discover [CLI-13, STD-07]', notRun(inScenario('discover', 'config')));
  steps.step('read of every stream [STD-04, STD-05, STD-07]', notRun(inScenario('read', 'config')));
  steps.step('metadata.yaml is valid to airbyte-cdk [META-01]', notRun('test_metadata'));
  return steps;
}

const [python] = process.argv.slice(2);
if (python === undefined)
  throw new Error('Usage: node integration_tests/image/standard-tests/main.ts PYTHON');
const host = await hostAddress();
const store = await startStore({ host: host === '127.0.0.1' ? host : '0.0.0.0' });
const folder = await mkdtemp(join(tmpdir(), 'standard-tests-'));
try {
  const config = { ...configFor(store), api_url: `http://${host}:${new URL(store.url).port}` };
  const report = await pytest(python, await layOut(folder, config), join(folder, 'report.xml'));
  process.exitCode = judge(report).good ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await store.close();
}
