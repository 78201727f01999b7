import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configError, ConnectorError } from './connector-error.ts';
import type { JsonValue } from './json.ts';
import { mostLevels, textsBelow } from './json-depth.ts';
import { notJson } from './json-position.ts';

/** Megabytes of a file, and seconds for one that is written while it is read, such as `--config <(…)`. */
const mostMegabytes = 64;
const pipeTimeoutSeconds = 10;
const pollMs = 20;
const maxPathLength = 1_024;

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file.',
  EISDIR: 'it is a directory.',
  ENXIO: 'it is no file, but a socket or a device.',
};

/**
 * Reads a JSON value from a file; JSON lines become a list. `what` names the file to the user ("configuration",
 * "catalog", "state"). @throws ConnectorError (config_error) of one sentence without the file's content
 */
export async function readJsonFile(what: string, path: string): Promise<JsonValue> {
  // What looks like JSON or like a token is not shown: it may be the configuration itself, with its secrets.
  if (/^\s*(?:[[{]|sk_)|[\r\n]/.test(path) || path.length > maxPathLength)
    throw configError(`The ${what} must be given as the path of a file, not as its content.`);
  const name = `The ${what} file ${path}`;
  const bytes = await readBounded(name, path).catch(async (error: NodeJS.ErrnoException) => {
    if (error instanceof ConnectorError) throw error;
    const { code = 'unknown error' } = error;
    const reason = /^E(ACCES|PERM)$/.test(code) ? await notPermitted(path) : (reasons[code] ?? `${code}.`);
    throw configError(`Cannot read the ${what} file ${path}: ${reason}`);
  });
  const json = textOf(bytes);
  if (json.trim() === '') throw configError(`${name} is empty.`);
  if (textsBelow(mostLevels, json) !== json)
    throw configError(`${name} is nested deeper than ${mostLevels} levels.`);
  for (const parse of [parseJson, parseJsonLines]) {
    const value = parse(json);
    if (value !== undefined) return value;
  }
  throw configError(`${name} ${notJson(json)}.`);
}

/**
 * The bytes of a file, a device or a pipe. `name` begins the sentence of an error.
 * @throws ConnectorError (config_error) where there are too many or they do not end; the system's error otherwise
 */
async function readBounded(name: string, path: string): Promise<Uint8Array> {
  // Else a pipe that nobody writes to would block a thread, with which the process could not end.
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await file.stat();
  const deadline = stats.isFile() ? Number.POSITIVE_INFINITY : performance.now() + pipeTimeoutSeconds * 1_000;
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { bytesRead, buffer } = await file
      .read(Buffer.alloc(65_536))
      .catch((error: NodeJS.ErrnoException) => {
        // A pipe or a terminal that has a writer, but holds nothing just now.
        if (error.code !== 'EAGAIN' || stats.isFile()) throw error;
        return { bytesRead: -1, buffer: Buffer.alloc(0) };
      });
    // A pipe is at its end before its first writer comes, too.
    if (bytesRead === 0 && !(stats.isFIFO() && size === 0)) return Buffer.concat(chunks);
    if (bytesRead > 0) chunks.push(buffer.subarray(0, bytesRead));
    else await sleep(pollMs);
    size += Math.max(0, bytesRead);
    if (size > mostMegabytes * 2 ** 20) throw configError(`${name} is larger than ${mostMegabytes} MB.`);
    if (performance.now() > deadline)
      throw configError(`${name} did not end within ${pipeTimeoutSeconds} s.`);
  }
}

async function notPermitted(path: string): Promise<string> {
  const user = `the user the connector runs as (${process.geteuid?.()})`;
  const folder = await closedFolder(resolve(path));
  return typeof folder === 'string'
    ? `its folder ${folder} is closed to ${user}. Open the folder (chmod a+x), or run the connector as the folder's owner (in Docker: --user).`
    : `permission denied; the file must be readable by ${user}: chmod a+r.`;
}

/** The topmost folder above a path that this process may not go through; undefined where all are open. */
async function closedFolder(path: string): Promise<string | void> {
  const folder = dirname(path);
  if (folder === path) return undefined;
  return (await closedFolder(folder)) ?? access(folder, constants.X_OK).catch(() => folder);
}

/**
 * UTF-8 or UTF-16, each with a byte order mark or without one: JSON begins with a character of ASCII, so that without a
 * mark the zero of its two bytes tells.
 */
function textOf(bytes: Uint8Array): string {
  const [first = 1, second = 1] = bytes;
  const isLittle = (first === 0xff && second === 0xfe) || second === 0;
  const isBig = (first === 0xfe && second === 0xff) || first === 0;
  return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}

function parseJson(json: string): JsonValue | undefined {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return undefined;
  }
}

/** One JSON value a line, as the STATE lines taken from a sync's output are. */
function parseJsonLines(json: string): JsonValue[] | undefined {
  const lines = json.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(parseJson).filter((value) => value !== undefined);
  return values.length === lines.length ? values : undefined;
}
