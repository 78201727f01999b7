/** A field of the specification, as far as a form can check it. */
export interface Field {
  readonly title: string;
  readonly type: string;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly airbyte_hidden?: boolean;
}

/** What to type into a field, and whether the form is to take it. */
export interface Trial {
  readonly text: string;
  readonly good: boolean;
}

/** Values on both sides of each bound that the field states. A field that states none is tried with its examples alone. */
export function trialsOf(field: Field): Trial[] {
  const good = [...(field.examples ?? []), field.default ?? []].flat().map(String);
  return [
    ...good.map((text) => ({ text, good: true })),
    ...badTexts(field).map((text) => ({ text, good: false })),
    ...(field.minLength === undefined ? [] : [{ text: 'x'.repeat(field.minLength), good: true }]),
  ];
}

function badTexts({ type, format, pattern, minimum, maximum, exclusiveMinimum, minLength }: Field): string[] {
  const bad: string[] = [];
  if (pattern !== undefined) bad.push('soon', '2024-1-1');
  // The right form, but no day of the calendar; and the forms that the pattern takes, but the format does not.
  if (format === 'date-time')
    bad.push('2024-02-31T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-31', '01/31/2024');
  if (minLength !== undefined) bad.push('');
  if (minimum !== undefined) bad.push(String(minimum - 1));
  if (maximum !== undefined) bad.push(String(maximum + 1));
  if (exclusiveMinimum !== undefined) bad.push(String(exclusiveMinimum));
  if (type === 'integer') bad.push('1.5');
  return bad;
}
