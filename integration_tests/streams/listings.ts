import type { Endpoint } from '../../sandbox/api/endpoint.ts';
import { ENDPOINTS } from '../../sandbox/api/endpoints.ts';
import { switchesOf } from '../../sandbox/options.ts';
import { createReaders } from '../../src/streams/index.ts';
import type { SyncContext } from '../../src/sync/recharge-stream.ts';

/** The streams with an endpoint of their own, by name. */
const readers = createReaders({} as SyncContext, false).toSorted((a, b) => (a.name < b.name ? -1 : 1));

export type StreamName = string;
export const everyStream: readonly StreamName[] = readers.map(({ name }) => name);

/** Those of metafields, which the API lists owner by owner. */
const owners = ['address', 'charge', 'customer', 'order', 'store', 'subscription'] as const;
const ofOwner = (owner: (typeof owners)[number]) => `/metafields?owner_resource=${owner}`;
export const ownerListings = owners.map(ofOwner);

/** Streams that the API has in version 2021-01 alone. */
const old: readonly string[] = ['products', 'shop'];

export function versionOf(stream: StreamName): '2021-01' | '2021-11' {
  return old.includes(stream) ? '2021-01' : '2021-11';
}

/** Those of the seven days for which Recharge keeps events. */
export const fleeting: readonly string[] = ['deleted_records', 'events'];

/** The field that a stream is read by. */
export function cursorFieldOf(stream: string): string {
  return { events: 'created_at', deleted_records: 'deleted_at' }[stream] ?? 'updated_at';
}

/** The same, as the API calls it. */
export function timeFieldOf(stream: string): string {
  return fleeting.includes(stream) ? 'created_at' : 'updated_at';
}

/** Listings that are not called as their stream is, or that are asked for with more than a name. */
const unlike: Readonly<Record<string, string>> = {
  deleted_records: '/events?verbs=deleted',
  delivery_schedules: '/customers',
  membership_programs: '/membership_programs?include_deleted=true',
  memberships: '/memberships?include_cancelled=true&include_deleted=true',
  ...Object.fromEntries(owners.map((owner) => [`metafields_${owner}`, ofOwner(owner)])),
  onetimes: '/onetimes?include_cancelled=true',
  payment_methods: '/payment_methods?include_deleted=true',
};

/** The listing of a stream in the API, from which its rows come unless `rowsOf` says otherwise. */
export function listingOf(stream: StreamName): string {
  return unlike[stream] ?? `/${stream}`;
}

/** What the API, as the sandbox has it, makes of the listing of a stream. */
export function endpointOf(stream: StreamName): Endpoint | undefined {
  const [path] = listingOf(stream).slice(1).split('?');
  return ENDPOINTS.find((endpoint) => endpoint.path === path);
}

const { timeFilters } = switchesOf({});

function isFilteredBy(field: string, { times, doubtful }: Endpoint): boolean {
  const isHonoured = doubtful !== undefined && timeFilters[doubtful.resource] === 'honour';
  return times.includes(field) || (isHonoured && doubtful.times.includes(field));
}

function isSortedBy(field: string, { sorts, times }: Endpoint): boolean {
  return sorts.includes(field) && times.includes(field);
}

/** Streams with a cursor. */
export const incremental = readers.flatMap(({ name, cursorField }) =>
  cursorField === undefined ? [] : [name],
);

function withEndpoint(test: (field: string, endpoint: Endpoint) => boolean): readonly StreamName[] {
  return incremental.filter((stream) => {
    const endpoint = endpointOf(stream);
    return endpoint !== undefined && test(timeFieldOf(stream), endpoint);
  });
}

/** Streams that the API filters and sorts by time. */
export const sorted = withEndpoint(isSortedBy);

/** Streams that the API filters by time, or perhaps does, but does not sort. */
export const filtered = withEndpoint(isFilteredBy).filter((stream) => !sorted.includes(stream));

/** Streams that are read whole each time and emitted from the cursor on. */
export const unsorted = incremental.filter(
  (stream) => !sorted.includes(stream) && !filtered.includes(stream),
);

/** Those whose rows reach back to the store's first day. */
export const lasting = incremental.filter((stream) => !fleeting.includes(stream));

/** Streams without a cursor: read whole whatever their state says. */
export const whole = everyStream.filter((stream) => !incremental.includes(stream));
