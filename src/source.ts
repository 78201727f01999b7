import type { Log } from './airbyte/emitter.ts';
import { configError, Failure } from './airbyte/failure.ts';
import { parseLossless } from './airbyte/lossless-json.ts';
import type { Redact } from './airbyte/secrets.ts';
import type { Connection, Source } from './airbyte/source.ts';
import { type Config, parseConfig, unknownSettings } from './config/config.ts';
import { proxyProblem } from './config/proxy.ts';
import { type ClientOptions, RechargeClient } from './recharge/client.ts';
import { checkAccess } from './sync/access.ts';
import { explain } from './sync/failure.ts';
import { Deletions } from './streams/deletions.ts';
import { createReaders, createStreams } from './streams/index.ts';
import type { SyncContext } from './sync/stream.ts';

/** Well inside the half minute a person waits for the form to answer. Milliseconds. */
const checkTimeLimit = 25_000;

export const rechargeSource: Source = {
  open: (raw, log, redact) => {
    const unknown = unknownSettings(raw).join(', ');
    if (unknown !== '')
      log.warn(`The configuration has settings that this connector does not know, and ignores: ${unknown}.`);
    const config = parseConfig(raw, Date.now(), process.env['DEPLOYMENT_MODE']);
    const problem = proxyProblem(config.api_url, process.env);
    if (problem !== undefined) throw configError(problem);
    return connect(config, log, redact);
  },
};

function connect(config: Config, log: Log, redact: Redact): Connection {
  const options = clientOptions(config, log, redact);
  const streams = createStreams(
    contextOf(config, new RechargeClient(options)),
    config.use_orders_deprecated_api,
  );
  return { streams, check: (signal) => check(config, options, log, signal) };
}

function contextOf(config: Config, client: RechargeClient): SyncContext {
  const context = { client, window: config.window };
  return config.capture_deletes ? { ...context, deletions: new Deletions(context) } : context;
}

function clientOptions(config: Config, log: Log, redact: Redact): ClientOptions {
  return {
    token: config.access_token,
    baseUrl: config.api_url,
    maxRequestsPerSecond: config.max_requests_per_second,
    parse: parseLossless,
    redact,
    onAnswer: (path, status, tookMs, level = 'not told') =>
      log.debug(`GET ${path}: ${status} after ${tookMs.toFixed(0)} ms, rate limit ${level}`),
    onRetry: (path, reason, waitMs) =>
      log.info(`${path}: ${reason}; asking again in ${(waitMs / 1000).toFixed(1)} s`),
  };
}

/** The token must be good and at least one stream readable; streams it cannot read are only named (E-06). */
async function check(config: Config, options: ClientOptions, log: Log, signal: AbortSignal): Promise<void> {
  const client = new RechargeClient({
    ...options,
    patience: { attempts: 3, milliseconds: 10_000 },
    timeouts: { connect: 5_000, response: 15_000, body: 10_000 },
  });
  const limit = AbortSignal.timeout(checkTimeLimit);
  try {
    const readers = createReaders(contextOf(config, client), config.use_orders_deprecated_api);
    await checkAccess(client, readers, log, AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted)
      throw new Failure(
        'transient_error',
        `Recharge did not answer within ${checkTimeLimit / 1000} s. Try again later; if it stays, check the network between here and Recharge.`,
      );
    throw explain(error);
  }
}
