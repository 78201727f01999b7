import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseWith } from './problems.ts';

const Form = z.object({
  token: z.string().min(20),
  mode: z.enum(['a', 'b']),
  list: z.array(z.object({ when: z.iso.date() })),
  choice: z.union([z.literal(1), z.object({ pin: z.number() })]),
});

test('names the place of each problem, and never the value [CLI-11]', () => {
  const secrets = { token: 'sesame', mode: 'sesame', list: [{ when: 'sesame' }], choice: { pin: 'sesame' } };
  const text = String(parseWith(Form, secrets).problem);
  expect(text.split('; ').map((problem) => problem.split(': ')[0])).toEqual([
    'token',
    'mode',
    'list[0].when',
    'choice',
  ]);
  expect(text).not.toContain('sesame');
});

test('names no place for a problem of the whole value', () => {
  expect(parseWith(Form, 5).problem).toBe('must be an object');
});
