import { readFile } from 'node:fs/promises';
import { configError } from './failure.ts';
import type { JsonValue } from './json.ts';

const notPermitted = 'permission denied; the file must be readable by the user the connector runs as';
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: notPermitted,
  EPERM: notPermitted,
  EISDIR: 'it is a directory',
};

/**
 * The JSON value in a file; of JSON lines, the list. `what` names the file to the user ("configuration", "catalog",
 * "state"). @throws Failure config_error, in one sentence and without the file's content (CLI-08).
 */
export async function readJsonFile(what: string, path: string): Promise<JsonValue> {
  // What is no path may be the configuration itself, with the token in it.
  if (isContent(path))
    throw configError(`The ${what} must be given as the path of a file, not as its content.`);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason = reasons[error.code ?? ''] ?? error.code ?? 'unknown error';
    throw configError(`Cannot read the ${what} file ${path}: ${reason}.`);
  });
  const json = text.replace(/^\uFEFF/, '');
  if (json.trim() === '') throw configError(`The ${what} file ${path} is empty.`);
  for (const parse of [parsed, parsedLines]) {
    const value = parse(json);
    if (value !== undefined) return value;
  }
  throw configError(`The ${what} file ${path} is not valid JSON: see ${placeOfFault(json)}.`);
}

const longestPath = 1_024;

function isContent(path: string): boolean {
  return /^\s*[[{]|[\r\n]/.test(path) || path.length > longestPath;
}

function parsed(json: string): JsonValue | undefined {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What is left of a sync's output when its STATE lines are picked out. */
function parsedLines(json: string): JsonValue[] | undefined {
  const lines = json.split('\n').filter((line) => line.trim() !== '');
  const values = lines.map(parsed).filter((value) => value !== undefined);
  return values.length === lines.length ? values : undefined;
}

/** Where a text stops being JSON. The parser's own message does not always tell, and may quote the text. */
function placeOfFault(json: string): string {
  let [sound, broken] = [0, json.length + 1];
  while (broken - sound > 1) {
    const middle = Math.floor((sound + broken) / 2);
    if (mayGoOn(json.slice(0, middle))) sound = middle;
    else broken = middle;
  }
  const lines = json.slice(0, sound).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

/** Whether more text could still make this JSON: the parser complains of its end, if of anything. */
function mayGoOn(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    return message.startsWith('Unexpected end') || message.includes(`at position ${json.length} `);
  }
}
