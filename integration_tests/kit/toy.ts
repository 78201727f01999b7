import { configError, runSource, type Stream } from '../../src/airbyte/index.ts';

/** A small source: an incremental stream of days and a stream of weekdays without a cursor. */
const documentationUrl = 'https://example.com/calendar';
const connectionSpecification = {
  type: 'object',
  required: ['access_token'],
  properties: { access_token: { type: 'string', airbyte_secret: true } },
};

const days: Stream<number> = {
  name: 'days',
  describe: () => ({
    name: 'days',
    json_schema: { type: 'object', properties: { day: { type: 'integer' } } },
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_cursor: true,
    default_cursor_field: ['day'],
    source_defined_primary_key: [['day']],
    is_resumable: true,
  }),
  open: ({ state }) => Number(state?.['day'] ?? 0) + 1,
  reader: {
    async *read([first = 1]) {
      for (let day = first; day <= 30; day += 10) {
        const page = Array.from({ length: 10 }, (_, index) => ({ data: { day: day + index } }));
        yield { stream: 'days', rows: page, state: { day: day + 9 } };
      }
      yield { stream: 'days', rows: [], state: { day: Math.max(first - 1, 30) } };
    },
  },
};

const weekdays: Stream<number> = {
  name: 'weekdays',
  describe: () => ({
    name: 'weekdays',
    json_schema: { type: 'object', properties: { name: { type: 'string' } } },
    supported_sync_modes: ['full_refresh'],
    source_defined_primary_key: [['name']],
    is_resumable: false,
  }),
  open: () => 0,
  reader: {
    async *read() {
      const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
      yield { stream: 'weekdays', rows: names.map((name) => ({ data: { name } })) };
    },
  },
};

void runSource({
  name: 'toy',
  specification: () => ({ documentationUrl, connectionSpecification }),
  parseConfig: (config) => {
    if (config['access_token'] !== 'open sesame') throw configError('The access_token is wrong.');
  },
  connect: () => ({ streams: [days, weekdays], check: async () => {} }),
});
