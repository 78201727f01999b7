import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../airbyte/index.ts';
import { stateOf } from './cursor.ts';
import { savedCursor } from './saved-cursor.ts';

const at = (text: string) => Date.parse(text);
const read = (state: JsonObject | undefined) => savedCursor('orders', state, 'updated_at');
const partition = (owner: string, cursor: JsonObject) => ({ partition: { owner }, cursor });

describe('savedCursor', () => {
  it('reads what stateOf writes [MIG-08]', () => {
    const state = stateOf('updated_at', at('2024-05-01T10:00:00Z'));
    expect(state).toEqual({ updated_at: '2024-05-01T10:00:00+00:00' });
    expect(read(state)).toBe(at('2024-05-01T10:00:00Z'));
  });

  it.each<[string, JsonObject, string]>([
    ['an offset without colon [MIG-01]', { updated_at: '2024-05-01T12:00:00+0200' }, '2024-05-01T10:00:00Z'],
    [
      'orders: no offset, which is UTC [MIG-02]',
      { updated_at: '2024-05-01T10:00:00' },
      '2024-05-01T10:00:00Z',
    ],
    [
      'orders: as the row had it [MIG-02]',
      { updated_at: '2024-05-01T10:00:00+00:00' },
      '2024-05-01T10:00:00Z',
    ],
    [
      'per partition: the lowest [MIG-06]',
      {
        use_global_cursor: false,
        states: [
          partition('customer', { updated_at: '2024-05-03T00:00:00+0000' }),
          partition('store', { updated_at: '2024-05-02T00:00:00+0000' }),
          partition('order', { updated_at: '2024-05-04T00:00:00+0000' }),
        ],
        state: { updated_at: '2024-05-04T00:00:00+0000' },
        parent_state: {},
      },
      '2024-05-02T00:00:00Z',
    ],
    [
      'per partition, where the shared cursor is the lowest',
      {
        states: [partition('store', { updated_at: '2024-05-02T00:00:00+0000' })],
        state: { updated_at: '2024-05-01T00:00:00+0000' },
      },
      '2024-05-01T00:00:00Z',
    ],
    [
      'a cursor shared by all, less its window in seconds',
      {
        use_global_cursor: true,
        states: [],
        state: { updated_at: '2024-05-02T00:00:00Z' },
        lookback_window: 3600,
      },
      '2024-05-01T23:00:00Z',
    ],
    [
      'a window below zero is none',
      { use_global_cursor: true, state: { updated_at: '2024-05-02T00:00:00Z' }, lookback_window: -5 },
      '2024-05-02T00:00:00Z',
    ],
    [
      'concurrent: how far the first slice came [MIG-06]',
      {
        state_type: 'date-range',
        legacy: { updated_at: '2024-04-01T00:00:00+0000' },
        slices: [
          {
            start: '2024-03-01T00:00:00.000Z',
            end: '2024-05-30T00:00:00.000Z',
            most_recent_cursor_value: '2024-05-02T00:00:00.000Z',
          },
          { start: '2024-06-01T00:00:00.000Z', end: '2024-07-01T00:00:00.000Z' },
        ],
      },
      '2024-05-02T00:00:00Z',
    ],
    [
      'concurrent, a slice that does not say how far it came: its start',
      {
        state_type: 'date-range',
        slices: [
          {
            start: '2024-03-01T00:00:00.000Z',
            end: '2024-05-30T00:00:00.000Z',
            most_recent_cursor_value: null,
          },
        ],
      },
      '2024-03-01T00:00:00Z',
    ],
    [
      'concurrent without slices: what it was made of',
      { state_type: 'date-range', slices: [], legacy: { updated_at: '2024-04-01T00:00:00+0000' } },
      '2024-04-01T00:00:00Z',
    ],
    [
      'concurrent within partitions',
      {
        states: [
          partition('store', {
            slices: [{ start: '2024-03-01T00:00:00Z', most_recent_cursor_value: '2024-04-01T00:00:00Z' }],
          }),
          partition('order', { updated_at: '2024-05-04T00:00:00+0000' }),
        ],
      },
      '2024-04-01T00:00:00Z',
    ],
  ])('%s', (_name, state, iso) => {
    expect(read(state)).toBe(at(iso));
  });

  it.each<[string, JsonObject | undefined]>([
    ['no state', undefined],
    ['an empty one', {}],
    ['null', { updated_at: null }],
    ['a sentinel [MIG-05]', { __ab_full_refresh_sync_complete: true }],
    [
      'sentinels by partition [MIG-05]',
      { states: [partition('store', { __ab_full_refresh_sync_complete: true })] },
    ],
    [
      'a partition that has none: what it had read is not known',
      { states: [partition('store', { updated_at: '2024-05-02T00:00:00Z' }), partition('order', {})] },
    ],
    ['a partition that is none', { states: ['store'] }],
    ['no partitions and an empty shared state', { states: [], state: {}, lookback_window: 60 }],
    ['no slices', { state_type: 'date-range', slices: [] }],
    ['a cursor of another field', { created_at: '2024-05-02T00:00:00Z' }],
  ])('finds none in: %s', (_name, state) => {
    expect(read(state)).toBeUndefined();
  });

  it.each<JsonObject>([
    { updated_at: 'soon' },
    { updated_at: 5 },
    { updated_at: {} },
    {
      states: [partition('store', { updated_at: 'soon' }), partition('order', { updated_at: '2024-05-02' })],
    },
    { slices: ['soon'] },
    { slices: [{ start: '2024-05-02', most_recent_cursor_value: 1_714_600_000 }] },
    { slices: [{ end: '2024-05-02' }] },
  ])('refuses %j in one sentence [STI-03]', (state) => {
    expect(() => read(state)).toThrow(/The state of orders is not valid.*Reset the stream/);
  });
});
