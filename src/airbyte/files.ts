import { readFile } from 'node:fs/promises';
import { configError } from './connector-error.ts';
import type { JsonValue } from './json.ts';

const notPermitted = 'permission denied; the file must be readable by the user the connector runs as';
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: notPermitted,
  EPERM: notPermitted,
  EISDIR: 'it is a directory',
};

/**
 * Reads a JSON value from a file; JSON lines become a list. `what` names the file to the user ("configuration",
 * "catalog", "state"). @throws ConnectorError (config_error) of one sentence without the file's content
 */
export async function readJsonFile(what: string, path: string): Promise<JsonValue> {
  // Not shown: it may be the configuration itself, with its secrets.
  if (isContent(path))
    throw configError(`The ${what} must be given as the path of a file, not as its content.`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? error.code ?? 'unknown error';
    throw configError(`Cannot read the ${what} file ${path}: ${reason}.`);
  });
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') throw configError(`The ${what} file ${path} is empty.`);
  for (const parse of [parseJson, parseJsonLines]) {
    const value = parse(json);
    if (value !== undefined) return value;
  }
  throw configError(`The ${what} file ${path} is not valid JSON: see ${errorPosition(json)}.`);
}

const maxPathLength = 1_024;

function isContent(path: string): boolean {
  return /^\s*[[{]|[\r\n]/.test(path) || path.length > maxPathLength;
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

/** Where a text stops being JSON, by bisection. The parser's own message may lack the position and may quote the text. */
function errorPosition(json: string): string {
  let [valid, invalid] = [0, json.length + 1];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isPrefix(json.slice(0, middle))) valid = middle;
    else invalid = middle;
  }
  const lines = json.slice(0, valid).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/** Whether more text could complete this to JSON: the parser finds no error before the end. */
function isPrefix(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    return message.startsWith('Unexpected end') || message.includes(`at position ${json.length} `);
  }
}
