/** Characters up to which the place of an error is searched for: that parses the text some twenty times, for half a second. */
const mostSearched = 4_000_000;

/** That a text is no JSON and where it stops being it, by bisection: the parser's own message may lack the place, and quote the text. */
export function notJson(json: string): string {
  if (json.length > mostSearched) return 'is not valid JSON';
  let [valid, invalid] = [0, json.length + 1];
  while (invalid - valid > 1) {
    const middle = Math.floor((valid + invalid) / 2);
    if (isPrefix(json.slice(0, middle))) valid = middle;
    else invalid = middle;
  }
  const lines = json.slice(0, valid).split('\n');
  return `is not valid JSON: see line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
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
