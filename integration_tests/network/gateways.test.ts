import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { runConnector } from '../harness/run-connector.ts';
import { type Config, configFor, quickToken, sync } from '../streams/connection.ts';
import { expectRows, rowsOf } from '../streams/expectations.ts';
import { impatient } from '../streams/impatience.ts';
import { type Proxy, startProxy } from './proxy.ts';
import { authority, startTls } from './tls.ts';

/** A network that lets nothing out but through a gateway. */
let sandbox: Sandbox;
let tls: Awaited<ReturnType<typeof startTls>>;
beforeAll(async () => {
  sandbox = await startSandbox({ token: quickToken });
  tls = await startTls(sandbox);
});
afterAll(() => Promise.all([tls.close(), sandbox.close()]));

const throughTls = () => configFor(sandbox, { api_url: tls.url });
const streams = ['customers', 'store'];
const hostOf = (url: string) => new URL(url).host;

/** A complete sync; what the proxy saw is for the test. */
async function expectSync(config: Config, env: Record<string, string>): Promise<void> {
  const run = await sync(config, { streams, env });
  expect([run.exitCode, run.errors()]).toEqual([0, []]);
  expectRows(run.records('customers'), rowsOf(sandbox, 'customers'));
}

async function failedCheck(config: Config, env: Record<string, string>): Promise<string> {
  const run = await runConnector(['check', '--debug'], {
    files: { config },
    env: { ...impatient, ...env },
    secrets: [quickToken, 'pass word'],
  });
  const [{ connectionStatus } = { connectionStatus: undefined }] = run.of('CONNECTION_STATUS');
  expect([run.exitCode, connectionStatus?.status]).toEqual([0, 'FAILED']);
  return connectionStatus?.message ?? '';
}

async function withProxy(options: Parameters<typeof startProxy>[0], use: (proxy: Proxy) => Promise<void>) {
  const proxy = await startProxy(options);
  try {
    await use(proxy);
  } finally {
    await proxy.close();
  }
}

describe('a proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('%s: every plain request goes through it [RUN-06]', (name) =>
    withProxy({}, async (proxy) => {
      const before = sandbox.requests.length;
      await expectSync(configFor(sandbox), { [name]: proxy.url });
      expect(proxy.forwarded).toEqual(
        Array.from({ length: sandbox.requests.length - before }, () => hostOf(sandbox.url)),
      );
    }),
  );

  test.each(['HTTPS_PROXY', 'https_proxy'])(
    '%s: TLS goes through its tunnels, and it sees no request',
    (name) =>
      withProxy({}, async (proxy) => {
        await expectSync(throughTls(), { [name]: proxy.url, NODE_EXTRA_CA_CERTS: authority });
        expect(new Set(proxy.tunnels)).toEqual(new Set([hostOf(tls.url)]));
        expect(proxy.forwarded).toEqual([]);
      }),
  );

  test('that wants a password gets it', () =>
    withProxy({ credentials: 'merchant:pass%20word' }, async (proxy) => {
      await expectSync(throughTls(), { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority });
      expect(proxy.tunnels).not.toEqual([]);
    }));

  test.each([
    ['NO_PROXY', 'localhost,127.0.0.1'],
    ['no_proxy', '*'],
  ])('%s=%s: nothing goes through it', (name, value) =>
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
    }),
  );

  test('that is not there: the check says to look at the proxy', async () => {
    const gone = await startProxy();
    await gone.close();
    for (const config of [configFor(sandbox), throughTls()])
      expect(await failedCheck(config, { HTTP_PROXY: gone.url, HTTPS_PROXY: gone.url })).toMatch(
        /refuses connections.*proxy/,
      );
  });

  test.each([403, 407])('that refuses with %d: the check says so, without its password', (refusal) =>
    withProxy({ refusal }, async (proxy) => {
      const HTTPS_PROXY = proxy.url.replace('//', '//merchant:pass%20word@');
      expect(await failedCheck(throughTls(), { HTTPS_PROXY })).toMatch(new RegExp(`the proxy.*${refusal}`));
    }),
  );

  test('that takes the connection and says nothing: the streams fail, in the end', () =>
    withProxy({ silent: true }, async (proxy) => {
      const env = { ...impatient, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority };
      const run = await sync(throughTls(), { streams, env });
      expect(run.exitCode).toBe(1);
      expect(run.errors()).toHaveLength(2);
      for (const error of run.errors())
        expect(error).toMatchObject({
          failure_type: 'transient_error',
          message: expect.stringMatching(/no answer in time.*proxy/),
        });
    }));

  test.each([
    ['HTTPS_PROXY', 'http://pass word@:x'],
    ['http_proxy', 'proxy.example:3128'],
    ['HTTPS_PROXY', 'socks5://proxy:1080'],
    ['http_proxy', 'http://%zz:pass word@h:1'],
  ])('that is none, %s="%s": the check names the variable', async (name, value) => {
    const config = name === 'http_proxy' ? configFor(sandbox) : throughTls();
    expect(await failedCheck(config, { [name]: value })).toMatch(
      new RegExp(`^${name} is not the URL.*http://host:port`),
    );
  });
});

describe('a certificate of a private authority', () => {
  const garbage = '-----BEGIN CERTIFICATE-----\nMIIBgarbage0\n-----END CERTIFICATE-----\n';

  test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'])(
    '%s makes it good [RUN-06]',
    async (name) => {
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
    },
  );

  test('without it, the check says what to set', async () => {
    expect(await failedCheck(throughTls(), {})).toMatch(/certificate.*NODE_EXTRA_CA_CERTS/);
  });

  describe('a file that adds nothing', () => {
    let folder: string;
    const file = (name: string) => join(folder, name);
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'certificates-'));
      await writeFile(file('empty'), '');
      await writeFile(file('garbage'), garbage);
      await writeFile(file('half'), (await readFile(authority, 'utf8')).slice(0, 300));
      await writeFile(file('closed'), await readFile(authority));
      await chmod(file('closed'), 0);
      execFileSync('mkfifo', [file('pipe')]);
      await symlink('/dev/zero', file('zero'));
      await writeFile(file('config.json'), JSON.stringify(throughTls()));
      await chmod(folder, 0o755);
    });
    afterAll(() => rm(folder, { recursive: true }));
    const superuser = process.getuid?.() === 0;
    const asUser = superuser ? { NODE_OPTIONS: '--import=data:text/javascript,process.setuid(1000)' } : {};

    const noPem = 'it holds no certificates in PEM form';
    const reasons = {
      missing: 'there is no such file',
      '': 'it is a directory, not a file of certificates',
      closed: 'this user may not read it',
      empty: noPem,
      garbage: noPem,
      half: noPem,
      pipe: 'it is a pipe or a device, not a file of certificates',
      zero: 'it is a pipe or a device, not a file of certificates',
    };
    test.each([
      ['missing', ''],
      ['closed', 'empty'],
      ['garbage', 'half'],
      ['pipe', 'zero'],
    ] as const)('%j, %j: one WARN each, and what is trusted stays [RUN-06]', async (one, other) => {
      const env = { ...asUser, SSL_CERT_FILE: file(one), REQUESTS_CA_BUNDLE: file(other) };
      const run = await runConnector(['check', '--config', file('config.json')], {
        env: { ...env, NODE_EXTRA_CA_CERTS: authority },
      });
      expect(run.of('CONNECTION_STATUS')).toMatchObject([{ connectionStatus: { status: 'SUCCEEDED' } }]);
      const adds = (name: typeof one | typeof other) =>
        `${file(name)} adds nothing to the certificates that are trusted: ${reasons[name]}.`;
      expect(run.logs().filter((line) => line.startsWith('WARN'))).toEqual([
        `WARN SSL_CERT_FILE: ${adds(one)}`,
        `WARN REQUESTS_CA_BUNDLE: ${adds(other)}`,
      ]);
    });

    test('that both variables name is one WARN, and spec does not look', async () => {
      const env = { SSL_CERT_FILE: file('missing'), REQUESTS_CA_BUNDLE: file('missing') };
      const checked = await runConnector(['check'], { files: { config: configFor(sandbox) }, env });
      expect(checked.logs().filter((line) => !line.startsWith('INFO'))).toEqual([
        expect.stringMatching(/^WARN SSL_CERT_FILE, REQUESTS_CA_BUNDLE: /),
      ]);
      const spec = await runConnector(['spec'], { env });
      expect(spec.messages.map(({ type }) => type)).toEqual(['SPEC']);
    });
  });
});
