import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runConnector } from '../harness/run-connector.ts';
import { configFor } from '../streams/connection.ts';
import {
  expectForwarded,
  expectNoProxy,
  expectNoUrl,
  expectProxyRefusal,
  expectSync,
  expectTrusted,
  expectTunnels,
  failedCheck,
  garbage,
  sandbox,
  throughTls,
  useGateway,
  withProxy,
} from './gateways.fixture.ts';
import { startProxy } from './proxy.ts';
import { authority } from './tls.ts';

useGateway();

describe('a proxy', () => {
  test('HTTP_PROXY: every plain request goes through it [RUN-06]', () => expectForwarded('HTTP_PROXY'));

  test('HTTPS_PROXY: TLS goes through its tunnels, and it sees no request', () =>
    expectTunnels('HTTPS_PROXY'));

  test('that wants a password gets it', () =>
    withProxy({ credentials: 'merchant:pass%20word' }, async (proxy) => {
      await expectSync(throughTls(), { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority });
      expect(proxy.tunnels).not.toEqual([]);
    }));

  test('NO_PROXY=localhost,127.0.0.1: nothing goes through it', () =>
    expectNoProxy('NO_PROXY', 'localhost,127.0.0.1'));

  test('that is not there: the check says to look at the proxy', async () => {
    const gone = await startProxy();
    await gone.close();
    for (const config of [configFor(sandbox), throughTls()])
      expect(await failedCheck(config, { HTTP_PROXY: gone.url, HTTPS_PROXY: gone.url })).toMatch(
        /refuses connections.*proxy/,
      );
  });

  test('that refuses with 403: the check says so, without its password', () => expectProxyRefusal(403));

  test('that is none, HTTPS_PROXY="http://pass word@:x": the check names the variable', () =>
    expectNoUrl('HTTPS_PROXY', 'http://pass word@:x'));
});

describe('a certificate of a private authority', () => {
  test('SSL_CERT_FILE makes it good [RUN-06]', () => expectTrusted('SSL_CERT_FILE'));

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
