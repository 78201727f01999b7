import { isObject, type JsonValue } from './json.ts';

/** Levels of lists and objects within each other that a value may have. Readers of JSON refuse from about 1,000 on. */
export const mostLevels = 500;

/** Begins what was put in place of a list or an object. No text that is sent begins so. */
const mark = `\0${Math.random()}`;

/** Whether it may have more levels than that: more lists and objects begin in it, those in its texts counted. Takes a tenth of a parse. */
export function mayNestDeeper(levels: number, json: string): boolean {
  if (json.length <= levels) return false;
  let begun = 0;
  for (const sign of '[{')
    for (let at = json.indexOf(sign); at >= 0 && begun <= levels; at = json.indexOf(sign, at + 1)) begun += 1;
  return begun > levels;
}

/**
 * The JSON with every list and object that lies deeper than `levels` as a text that `deepJson` knows; as it is where
 * there is none. Takes time by its length alone, and no stack.
 */
export function textsBelow(levels: number, json: string): string {
  let [depth, from, done, flat] = [0, 0, 0, ''];
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfText(json, at);
    else if (code === brace || code === bracket) {
      depth += 1;
      if (depth === levels + 1) from = at;
    } else if (code === brace + 2 || code === bracket + 2) {
      if (depth === levels + 1) {
        flat += json.slice(done, from) + JSON.stringify(mark + json.slice(from, at + 1));
        done = at + 1;
      }
      depth -= 1;
    }
  }
  // What is cut off stays so, without its depth.
  return flat + json.slice(done, depth > levels ? from : undefined);
}

const [quote, backslash, bracket, brace] = [0x22, 0x5c, 0x5b, 0x7b];

function endOfText(json: string, begin: number): number {
  let at = begin + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

/** The JSON of a value of any depth, its texts and names cleaned: JSON.stringify would overflow the stack. */
export function deepJson(root: JsonValue, clean: (text: string) => string): string {
  const json: string[] = [];
  // Pieces of JSON, and values, each in a list of one.
  const rest: (string | [JsonValue])[] = [[root]];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') json.push(next);
    else if (Array.isArray(next[0]) || isObject(next[0])) {
      const isList = Array.isArray(next[0]);
      const inner = Object.entries(next[0]).toReversed();
      json.push(isList ? '[' : '{');
      rest.push(isList ? ']' : '}');
      for (const [index, [name, value]] of inner.entries()) {
        rest.push([value]);
        if (!isList) rest.push(`${JSON.stringify(clean(name))}:`);
        if (index < inner.length - 1) rest.push(',');
      }
    } else json.push(leafJson(next[0], clean));
  }
  return json.join('');
}

function leafJson(value: JsonValue, clean: (text: string) => string): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.startsWith(mark) ? value.slice(mark.length) : JSON.stringify(clean(value));
}
