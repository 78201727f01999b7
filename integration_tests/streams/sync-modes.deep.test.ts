import { describe, test } from 'vitest';
import { sharedStore } from './connection.ts';
import { expectReadAgain, refresh } from './sync-modes.fixture.ts';

const sandbox = await sharedStore();

/** States that sync-modes.test.ts leaves out. */
describe('full_refresh of streams with a cursor [NEW-06]', async () => {
  const [named, unnamed] = await Promise.all([refresh(sandbox, 7), refresh(sandbox)]);

  test.each([
    ['a sync of a catalog that names none', undefined, named],
    ['a sync that no state names', 7, unnamed],
    ['neither', undefined, unnamed],
  ])('a state of %s: everything is read again [RFR-03]', (_name, syncId, state) =>
    expectReadAgain(sandbox, syncId, state),
  );
});
