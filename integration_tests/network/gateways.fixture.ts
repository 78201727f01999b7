import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { type Config, configFor, quickToken, sync } from '../streams/connection.ts';
import { expectRows, rowsOf } from '../streams/expectations.ts';
import { impatient } from '../streams/impatience.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { authority, startTls } from './tls.ts';

/** A network that lets nothing out but through a gateway. */
export let sandbox: Sandbox;
let tls: Awaited<ReturnType<typeof startTls>>;

/** The store behind it, with and without TLS: before and after all tests of a file. */
export function useGateway(): void {
  beforeAll(async () => {
    sandbox = await startSandbox({ token: quickToken });
    tls = await startTls(sandbox);
  });
  afterAll(() => Promise.all([tls.close(), sandbox.close()]));
}

export const throughTls = () => configFor(sandbox, { api_url: tls.url });
export const streams = ['customers', 'store'];
const hostOf = (url: string) => new URL(url).host;

/** A complete sync; what the proxy saw is for the test. */
export async function expectSync(config: Config, env: Record<string, string>): Promise<void> {
  const run = await sync(config, { streams, env });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expectRows(run.records('customers'), rowsOf(sandbox, 'customers'));
}

export async function failedCheck(config: Config, env: Record<string, string>): Promise<string> {
  const run = await runConnector(['check', '--debug'], {
    files: { config },
    env: { ...impatient, ...env },
    secrets: [quickToken, 'pass word'],
  });
  const [{ connectionStatus } = { connectionStatus: undefined }] = run.of('CONNECTION_STATUS');
  expect([run.exitCode, connectionStatus?.status]).toEqual([0, 'FAILED']);
  return connectionStatus?.message ?? '';
}

export async function withProxy(
  options: Parameters<typeof startProxy>[0],
  use: (proxy: Proxy) => Promise<void>,
) {
  const proxy = await startProxy(options);
  try {
    await use(proxy);
  } finally {
    await proxy.close();
  }
}

/** Every plain request goes through the proxy that this variable names. */
export const expectForwarded = (name: string) =>
  withProxy({}, async (proxy) => {
    const before = sandbox.requests.length;
    await expectSync(configFor(sandbox), { [name]: proxy.url });
    expect(proxy.forwarded).toEqual(
      Array.from({ length: sandbox.requests.length - before }, () => hostOf(sandbox.url)),
    );
  });

/** TLS goes through the tunnels of the proxy that this variable names. */
export const expectTunnels = (name: string) =>
  withProxy({}, async (proxy) => {
    await expectSync(throughTls(), { [name]: proxy.url, NODE_EXTRA_CA_CERTS: authority });
    expect(new Set(proxy.tunnels)).toEqual(new Set([hostOf(tls.url)]));
    expect(proxy.forwarded).toEqual([]);
  });

/** Nothing goes through the proxy where this variable says so. */
export const expectNoProxy = (name: string, value: string) =>
  withProxy({}, async (proxy) => {
    const env = {
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authority,
      [name]: value,
    };
    await expectSync(configFor(sandbox), env);
    await expectSync(throughTls(), env);
    expect([proxy.forwarded, proxy.tunnels]).toEqual([[], []]);
  });

/** Where the proxy refuses with this status, the check says so. */
export const expectProxyRefusal = (refusal: number) =>
  withProxy({ refusal }, async (proxy) => {
    const HTTPS_PROXY = proxy.url.replace('//', '//merchant:pass%20word@');
    expect(await failedCheck(throughTls(), { HTTPS_PROXY })).toMatch(new RegExp(`the proxy.*${refusal}`));
  });

/** Where this variable names no proxy, the check names the variable. */
export async function expectNoUrl(name: string, value: string): Promise<void> {
  const config = name === 'http_proxy' ? configFor(sandbox) : throughTls();
  expect(await failedCheck(config, { [name]: value })).toMatch(
    new RegExp(`^${name} is not the URL.*http://host:port`),
  );
}

export const garbage = '-----BEGIN CERTIFICATE-----\nMIIBgarbage0\n-----END CERTIFICATE-----\n';

/** The certificates that this variable names are trusted. */
export async function expectTrusted(name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  const bundle = join(folder, 'bundle.pem');
  // Bundles of systems have the authorities' names between the certificates, and at times one that is spoiled. Node
  // itself stops at that.
  const spoiled = name === 'NODE_EXTRA_CA_CERTS' ? '' : garbage;
  await writeFile(
    bundle,
    `${rootCertificates.slice(0, 3).join('\n')}\n${spoiled}# ours\n${await readFile(authority, 'utf8')}`,
  );
  await expectSync(throughTls(), { [name]: bundle });
  await rm(folder, { recursive: true });
}
