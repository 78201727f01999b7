import { runCommand } from '../../src/airbyte/entrypoint.ts';
import { configError } from '../../src/airbyte/failure.ts';
import { runProcess } from '../../src/airbyte/process.ts';
import type { Source } from '../../src/airbyte/source.ts';
import type { Stream } from '../../src/airbyte/stream.ts';

/** How small a source can be: a calendar of days, read on from where the last sync stopped, and the seven weekdays. */
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

const weekdays: Stream = {
  name: 'weekdays',
  describe: () => ({
    name: 'weekdays',
    json_schema: { type: 'object', properties: { name: { type: 'string' } } },
    supported_sync_modes: ['full_refresh'],
    source_defined_primary_key: [['name']],
    is_resumable: false,
  }),
  open: () => {},
  reader: {
    async *read() {
      const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
      yield { stream: 'weekdays', rows: names.map((name) => ({ data: { name } })) };
    },
  },
};

const toy: Source = {
  open: (config) => {
    if (config['access_token'] !== 'open sesame') throw configError('The access_token is wrong.');
    return { streams: [days, weekdays], check: async () => {} };
  },
};

void runProcess(
  {
    name: 'toy',
    specification: () => ({ documentationUrl, connectionSpecification }),
    load: async () => ({ source: toy, runCommand }),
  },
  process.argv.slice(2),
);
