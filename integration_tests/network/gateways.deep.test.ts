import { describe, expect, test } from 'vitest';
import { sync } from '../streams/connection.ts';
import { impatient } from '../streams/impatience.ts';
import {
  expectForwarded,
  expectNoProxy,
  expectNoUrl,
  expectProxyRefusal,
  expectTrusted,
  expectTunnels,
  streams,
  throughTls,
  useGateway,
  withProxy,
} from './gateways.fixture.ts';
import { authority } from './tls.ts';

useGateway();

/** Other spellings than those of gateways.test.ts, and a proxy that is waited for. */
describe('a proxy', () => {
  test('http_proxy: every plain request goes through it [RUN-06]', () => expectForwarded('http_proxy'));

  test('https_proxy: TLS goes through its tunnels, and it sees no request', () =>
    expectTunnels('https_proxy'));

  test('no_proxy=*: nothing goes through it', () => expectNoProxy('no_proxy', '*'));

  test('that refuses with 407: the check says so, without its password', () => expectProxyRefusal(407));

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
    ['http_proxy', 'proxy.example:3128'],
    ['HTTPS_PROXY', 'socks5://proxy:1080'],
    ['http_proxy', 'http://%zz:pass word@h:1'],
  ])('that is none, %s="%s": the check names the variable', expectNoUrl);
});

describe('a certificate of a private authority', () => {
  test.each(['NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE'])('%s makes it good [RUN-06]', expectTrusted);
});
