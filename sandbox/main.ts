import { readArguments, USAGE, UsageError } from './arguments.ts';
import { startSandbox } from './index.ts';
import type { SandboxOptions } from './options.ts';
import type { Sandbox } from './sandbox.ts';

/** Runs a sandbox until Ctrl-C, and prints how to reach it. */
async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return;
  }
  const sandbox = await start(options);
  introduce(sandbox);
  if (options.changes > 0) setInterval(() => sandbox.writeSomething(), 60_000 / options.changes).unref();
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

async function start(options: SandboxOptions): Promise<Sandbox> {
  try {
    return await startSandbox(options);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UsageError(`Port ${options.port} is taken; try --port ${(options.port ?? 0) + 1}`);
    throw new UsageError(`Cannot listen on ${options.host}:${options.port}: ${message}`);
  }
}

function introduce({ url, token, firstDay }: Sandbox): void {
  const config = { access_token: token, start_date: `${firstDay}T00:00:00Z`, api_url: url };
  console.log(`A Recharge store is open at ${url}; Ctrl-C closes it. That address in a browser shows what it does.
Token: ${token}

Config for the connector:
${JSON.stringify(config, null, 2)}

Try it:
curl -H 'X-Recharge-Access-Token: ${token}' -H 'X-Recharge-Version: 2021-11' '${url}/customers?limit=1'`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
