import { expect, test } from 'vitest';
import { date } from './schema-times.ts';
import { ChangeReport } from './change-report.ts';

function collect() {
  const warnings: string[] = [];
  return { warnings, report: new ChangeReport((sentence) => warnings.push(sentence)) };
}

test('names each field once, with its path and both types, and sums up all values', () => {
  const { warnings, report } = collect();
  for (let row = 0; row < 3; row += 1) {
    report.nulled('line_items[].due', date, 'secret');
    report.undeclared('customer.', 'tier', ['secret'], 'It goes out as it came.');
  }
  expect(warnings).toEqual([
    'the API sends line_items[].due as string, where date is declared. It goes out as null, and the value is kept in _ab_additional_properties.',
    'the API sends a field that the schema does not know: customer.tier, array. It goes out as it came.',
  ]);
  expect(report.summary()).toBe('6 values of 2 fields did not fit the schema or are unknown to it');
});

test('has nothing to sum up where nothing was unexpected', () => {
  expect(collect().report.summary()).toBeUndefined();
});

test.each(['ann@example.com', '4111 1111', 'a\nb', '', 'a.b', 'é', 'x'.repeat(65)])(
  'does not print %j, which is no identifier',
  (name) => {
    const { warnings, report } = collect();
    report.undeclared('', name, 1, '');
    report.undeclared('', `${name} `, 1, '');
    expect(warnings).toEqual([
      'the API sends a field that the schema does not know: (a name that is no identifier), number. ',
    ]);
  },
);

test('names a hundred fields and counts what is in all others', () => {
  const { warnings, report } = collect();
  for (let row = 0; row < 2; row += 1)
    for (let field = 0; field < 150; field += 1) report.undeclared('', `f${field}`, 1, '');
  expect(warnings).toHaveLength(100);
  expect(report.summary()).toBe(
    '200 values of 100 fields did not fit the schema or are unknown to it, and 100 of fields beyond these that are not named',
  );
});
