/** Levels of lists and objects within each other that a value may have. Readers of JSON refuse from about 1,000 on. */
export const mostLevels = 500;

/**
 * The JSON with every list and object that lies deeper than `levels` as a text: NUL, then its JSON. The text as it is
 * where there is none. Takes time by its length alone, and no stack.
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
        flat += json.slice(done, from) + JSON.stringify(`\0${json.slice(from, at + 1)}`);
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
