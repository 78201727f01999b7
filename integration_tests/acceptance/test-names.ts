/** The names of tests as they are written in a source: of Vitest's files, and of scripts that print their steps. */

const literal = String.raw`(['"\`])((?:\\.|(?!\1)[^\\])*)\1`;
/** A title straight within the brackets of test, it or describe, or of what their .each gave. */
const title = new RegExp(String.raw`(?:\b(?:test|it|describe)(?:\.concurrent)?|\))\(\s*${literal}`, 'g');
/** The first cell of a row in a table of cases. */
const firstCell = new RegExp(String.raw`\[\s*${literal}\s*,`, 'g');
/** A step of `Steps`, or of a Python script's own function of that name. */
const step = new RegExp(String.raw`\b(?:step|all)\(\s*${literal}`, 'g');
const aTable = /\b(?:test|it|describe)(?:\.concurrent)?\.each(?:<[^()]*>)?\(/g;

export function namesIn(file: string, text: string): string[] {
  if (!/\.(test|spec)\.ts$/.test(file)) return literalsOf(step, text);
  return [...literalsOf(title, text), ...tablesIn(text).flatMap((table) => literalsOf(firstCell, table))];
}

function literalsOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([, , name = '']) => name.replaceAll(/\\(['"`\\])/g, '$1'));
}

/** What stands within the brackets of each `.each`, or in the list that is named there. */
function tablesIn(text: string): string[] {
  return [...text.matchAll(aTable)].map((found) => {
    const table = bracketed(text, found.index + found[0].length);
    if (!/^\w+$/.test(table)) return table;
    const named = new RegExp(String.raw`\bconst ${table}\b[^=]*=\s*\[`).exec(text);
    return named === null ? '' : bracketed(text, named.index + named[0].length);
  });
}

/** From `start` to the bracket that closes what was open there; those within texts do not count. */
function bracketed(text: string, start: number): string {
  let depth = 1;
  const parts = /(['"`])(?:\\.|(?!\1)[^\\])*\1|[([{]|[)\]}]/gs;
  parts.lastIndex = start;
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    if (/^[([{]$/.test(part[0])) depth += 1;
    else if (/^[)\]}]$/.test(part[0])) depth -= 1;
    if (depth === 0) return text.slice(start, part.index);
  }
  return text.slice(start);
}
