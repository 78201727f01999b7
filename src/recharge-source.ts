import {
  configError,
  type ConnectContext,
  ConnectorError,
  type JsonObject,
  type Log,
  notJson,
  parseLossless,
  warnOfUnknown,
} from './airbyte/index.ts';
import { trustCertificates } from './config/certificates.ts';
import { type Config, parseConfig } from './config/config.ts';
import { ConfigSchema, fewestPerSecond } from './config/config-schema.ts';
import { proxyProblem } from './config/proxy.ts';
import { version } from './config/release.ts';
import { type ClientOptions, RechargeClient } from './recharge/client.ts';
import { checkAccess } from './sync/check-access.ts';
import { toUserError } from './sync/user-error.ts';
import { Deletions } from './streams/deletions.ts';
import { createStreams } from './streams/index.ts';
import type { RecordStream } from './sync/recharge-stream.ts';

/** Below the 30 s after which the form gives up on an answer. */
const checkTimeoutMs = 25_000;

export const rechargeConnector = {
  parseConfig: (raw: JsonObject, log: Log): Config => {
    warnOfUnknown(raw, Object.keys(ConfigSchema.shape), log);
    const config = parseConfig(raw, Date.now(), process.env['DEPLOYMENT_MODE']);
    const problem = proxyProblem(config.api_url, process.env);
    if (problem !== undefined) throw configError(problem);
    if (Number(config.max_requests_per_second) < fewestPerSecond)
      log.warn(
        `max_requests_per_second is below ${fewestPerSecond}, the least that a sync can work with: ${fewestPerSecond} is taken.`,
      );
    return config;
  },

  connect: (config: Config, { log, redact }: ConnectContext) => {
    trustCertificates(process.env, log);
    const options = clientOptions(config, log, redact);
    const client = new RechargeClient(options);
    const context = { client, window: config.window };
    const deletions = config.capture_deletes ? { deletions: new Deletions(context) } : {};
    const streams = createStreams({ ...context, ...deletions }, config.use_orders_deprecated_api);
    return {
      streams,
      check: (signal: AbortSignal) => check(options, streams, signal),
      rateLimit: () => client.limiter.rateLimit,
    };
  },
};

function clientOptions(config: Config, log: Log, redact: ConnectContext['redact']): ClientOptions {
  return {
    token: config.access_token,
    userAgent: `source-recharge/${version}`,
    baseUrl: config.api_url,
    maxRequestsPerSecond:
      config.max_requests_per_second && Math.max(fewestPerSecond, config.max_requests_per_second),
    parse: parseLossless,
    notJson,
    redact,
    onResponse: (path, status, tookMs, level) =>
      log.debug(`GET ${path}: ${status} after ${tookMs.toFixed(0)} ms, rate limit ${level ?? 'not told'}`),
    onRetry: (path, reason, waitMs) =>
      log.debug(`${path}: ${reason}; asking again in ${(waitMs / 1000).toFixed(1)} s`),
  };
}

async function check(options: ClientOptions, streams: readonly RecordStream[], signal: AbortSignal) {
  const client = new RechargeClient({
    ...options,
    // Its few requests are to be answered within the form's patience.
    maxRequestsPerSecond: undefined,
    retryPolicy: { maxAttempts: 3, maxElapsedMs: 10_000 },
    timeouts: { connect: 5_000, response: 15_000, body: 10_000 },
  });
  const limit = AbortSignal.timeout(checkTimeoutMs);
  try {
    return await checkAccess(client, streams, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted)
      throw new ConnectorError(
        'transient_error',
        `Recharge did not answer within ${checkTimeoutMs / 1000} s. Try again later; if it stays, check the network between here and Recharge.`,
      );
    throw toUserError(error);
  }
}
