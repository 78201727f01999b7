import { describe, test } from 'vitest';
import { ofSevenDays } from './filtered.fixture.ts';

describe('deleted_records, which Recharge keeps for seven days', () => {
  test.each(Object.entries(ofSevenDays))('%s', (_title, holds) => holds('deleted_records'));
});
