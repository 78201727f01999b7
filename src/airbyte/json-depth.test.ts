import { describe, expect, it } from 'vitest';
import { mayNestDeeper, textsBelow } from './json-depth.ts';

describe('whether JSON may have more levels than', () => {
  it.each([
    [3, '[[[]]]', false],
    [3, '[{"a":[{}]}]', true],
    // Those side by side count too, and those in texts.
    [3, '[[],[],[]]', true],
    [3, '["{{{"]', true],
    [3, '["a long text, and nothing in it"]', false],
    [0, '7', false],
  ])('%d is told of %s: %s', (levels, json, expected) => {
    expect(mayNestDeeper(levels, json)).toBe(expected);
  });

  it('is true of whatever has a text in place of what lies deeper', () => {
    for (let depth = 1; depth < 20; depth += 1)
      for (let levels = 1; levels < 20; levels += 1) {
        const json = '[{"a":'.repeat(depth) + '1' + '}]'.repeat(depth);
        expect(mayNestDeeper(levels, json)).toBe(textsBelow(levels, json) !== json);
      }
  });
});
