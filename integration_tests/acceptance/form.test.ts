import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sealOf } from '../form/seal.ts';

const root = resolve(import.meta.dirname, '../..');

test('docs/form.png is a picture of the form as it is (node integration_tests/form/main.ts --picture) [UI-02]', async () => {
  const spec = JSON.parse(await readFile(resolve(root, 'spec.json'), 'utf8')) as {
    connectionSpecification: object;
  };
  const picture = await readFile(resolve(root, 'docs/form.png'));
  expect(await readFile(resolve(root, 'integration_tests/form/picture.json'), 'utf8')).toBe(
    sealOf(spec, picture),
  );
});
