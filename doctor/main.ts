import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { configError, ConnectorError, isObject, readJsonFile } from '../src/airbyte/index.ts';
import { trustCertificates } from '../src/config/certificates.ts';
import { parseConfig } from '../src/config/config.ts';
import { proxyProblem } from '../src/config/proxy.ts';
import { version } from '../src/config/release.ts';
import { examine, order } from './examination.ts';
import { Interview } from './interview.ts';
import { tableOf } from './table.ts';

/** GETs at most: two minutes at half of an ordinary token's rate limit. */
const most = 120;

const usage = `Asks a Recharge store what no documentation says, and reports names, types and words alone.

  --config FILE  the connector's configuration
  --json         the report as JSON; else as tables
  --out FILE     writes the report to FILE, which its owner alone may read; else to stdout
  --help         this text

At most ${most} GETs, one after the other, at half of the token's rate limit. It asks, in this order, and what is not
reached is "not asked":
${order.map((what, index) => `  ${index + 1}. ${what}`).join('\n')}
It ends at once where Recharge answers 401 or 429, or a gateway blocks it. No value, id, name or text of the store, no
count of its rows and no token is in the report; a name that may be data is *.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      json: { type: 'boolean' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  if (values.config === undefined)
    throw Object.assign(new TypeError('--config FILE is missing'), { code: '' });
  const raw = await readJsonFile('configuration', values.config);
  if (!isObject(raw)) throw configError('The configuration must be a JSON object.');
  const config = parseConfig(raw, Date.now(), undefined);
  const problem = proxyProblem(config.api_url, process.env);
  if (problem !== undefined) throw configError(problem);
  const log = { debug: say, info: say, warn: say, error: say };
  trustCertificates(process.env, log);
  const interview = new Interview({
    token: config.access_token,
    baseUrl: config.api_url,
    userAgent: `source-recharge-doctor/${version}`,
    maxRequestsPerSecond: config.max_requests_per_second,
    most,
  });
  const report = await examine(interview, most);
  await write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report), values.out);
  if (report.stopped === 'unreachable') process.exitCode = 1;
}

async function write(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  const handle = await open(file, 'w', 0o600);
  try {
    // It may have been there, readable by all.
    await handle.chmod(0o600);
    await handle.writeFile(text);
  } finally {
    await handle.close();
  }
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

void main().catch((error: unknown) => {
  const isUsage = error instanceof TypeError && 'code' in error;
  if (!(error instanceof ConnectorError) && !isUsage) throw error;
  say(`${error.message}${isUsage ? `\n\n${usage}` : ''}`);
  process.exitCode = isUsage ? 2 : 1;
});
