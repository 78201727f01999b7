import * as z from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
};

/** What the schema itself has no words for, in plain ones. */
const plainWords: z.core.$ZodErrorMap = ({ code, input, ...issue }) => {
  if (input === undefined) return 'is missing';
  if (code === 'invalid_type')
    return `must be ${kinds[String(issue['expected'])] ?? `a ${String(issue['expected'])}`}`;
  if (code === 'invalid_value' && Array.isArray(issue['values']))
    return `must be ${issue['values'].join(' or ')}`;
  return code === 'too_small' && input === '' ? 'must not be empty' : undefined;
};

/**
 * `data`, the value as the schema gives it, or `problem`, what is wrong with it as one clause that names no value:
 * "streams[0].sync_mode: …; …". @param most as many problems are named
 */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, most = Infinity) {
  const { data, error } = schema.safeParse(value, { error: plainWords });
  if (error === undefined) return { data };
  const { issues } = error;
  const shown = issues.slice(0, most).map(({ path, message }) => {
    const place = path.length === 0 ? '' : `${z.core.toDotPath(path)}: `;
    return place + message.charAt(0).toLowerCase() + message.slice(1);
  });
  if (issues.length > most) shown.push(`and ${issues.length - most} more`);
  return { problem: shown.join('; ') };
}
