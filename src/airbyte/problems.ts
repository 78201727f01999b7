import type * as z from 'zod';

/** The first `most` issues and the count of the others, as one clause: "streams[0].sync_mode: …; …". It never names a value. */
export function problemsIn({ issues }: z.ZodError, most = issues.length): string {
  const shown = issues.slice(0, most).map(({ path, message }) => `${pathOf(path)}${lowerFirst(message)}`);
  if (issues.length > most) shown.push(`and ${issues.length - most} more`);
  return shown.join('; ');
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return `${text.replace(/^\./, '')}: `;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** An error map of Zod: `is missing` for no value, else what `words` says of the value. */
export function missingOr(
  words: (input: unknown) => string,
): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (input === undefined ? 'is missing' : words(input));
}
