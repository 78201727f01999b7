import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { verdictsOf } from './facts.ts';

const general = {
  scopes: 'not asked',
  naiveBound: 'not asked',
  pageNumbers: 'not asked',
  oldCharges: 'not asked',
  oldEvents: 'not asked',
  link: 'not shown',
} as const;

test('each fact is a line of docs/recharge-api.md, under its heading', async () => {
  const page = await readFile(`${import.meta.dirname}/../docs/recharge-api.md`, 'utf8');
  const sections = new Map(
    page.split('\n### ').map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading, lines];
    }),
  );
  for (const { heading, fact } of verdictsOf({ general, endpoints: [], headers: [] }))
    expect([heading, sections.get(heading)?.includes(`- ${fact}`)]).toEqual([heading, true]);
});

test('of a store that was asked nothing, nothing is said', () => {
  const verdicts = verdictsOf({ general, endpoints: [], headers: [] });
  expect(verdicts.filter(({ verdict }) => !/^not (asked|shown)$/.test(verdict))).toEqual([]);
});
