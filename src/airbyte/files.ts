import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readBounded } from './bounded-file.ts';
import { configError, ConnectorError } from './connector-error.ts';
import type { JsonValue } from './json.ts';
import { mostLevels, textsBelow } from './json-depth.ts';
import { notJson } from './json-position.ts';

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
  // Not shown: it may be the configuration itself, with its secrets.
  if (isContent(path))
    throw configError(`The ${what} must be given as the path of a file, not as its content.`);
  const name = `The ${what} file ${path}`;
  const bytes = await readBounded(name, path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof ConnectorError) throw error;
    const { code = 'unknown error' } = error;
    const reason = /^E(ACCES|PERM)$/.test(code) ? notPermitted(path) : (reasons[code] ?? `${code}.`);
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

function notPermitted(path: string): string {
  const user = `the user the connector runs as (${process.geteuid?.()})`;
  const folder = closedFolder(resolve(path));
  return folder === undefined
    ? `permission denied; the file must be readable by ${user}: chmod a+r.`
    : `its folder ${folder} is closed to ${user}. Open the folder (chmod a+x), or run the connector as the folder's owner (in Docker: --user).`;
}

/** The topmost folder above a path that this process may not go through; undefined where all are open. */
function closedFolder(path: string): string | undefined {
  const folder = dirname(path);
  if (folder === path) return undefined;
  const above = closedFolder(folder);
  if (above !== undefined) return above;
  try {
    accessSync(folder, constants.X_OK);
    return undefined;
  } catch {
    return folder;
  }
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

const maxPathLength = 1_024;

/** Whether it looks like JSON, or like a token. */
function isContent(path: string): boolean {
  return /^\s*(?:[[{]|sk_)|[\r\n]/.test(path) || path.length > maxPathLength;
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
