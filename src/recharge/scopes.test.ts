import { expect, test } from 'vitest';
import { inWords, lackingScopes } from './scopes.ts';

const scopes = ['read_customers', ['read_orders', 'read_charges'], 'read_memberships?'] as const;

test.each([
  [['read_customers', 'read_orders', 'read_memberships'], []],
  [['read_customers', 'read_charges', 'read_memberships'], []],
  [['read_customers', 'read_orders'], ['read_memberships?']],
  [['write_customers'], scopes],
])('of a token with %j', (granted, lacking) => {
  expect(lackingScopes(scopes, granted)).toEqual(lacking);
});

test('in words a guess is called one', () => {
  expect(inWords(scopes)).toBe(
    'read_customers and read_orders or read_charges and read_memberships (probably)',
  );
});
