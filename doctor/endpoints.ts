import type { JsonObject, ObjectSchema } from '../src/airbyte/index.ts';
import type { ApiVersion, Query } from '../src/recharge/request.ts';
import { createReaders } from '../src/streams/index.ts';
import type { RechargeStream, SyncContext } from '../src/sync/recharge-stream.ts';

/** What is asked about: a list, one object, or a list that exists for a parent alone. */
export interface Endpoint {
  /** As the report calls it. */
  readonly name: string;
  readonly version: ApiVersion;
  /** The key of its rows, or of its one object; undefined for a body that is the object itself. */
  readonly key: string | undefined;
  readonly fields: ObjectSchema['fields'];
  /** Path and query; undefined where a row of the parent is needed and there is none. */
  readonly request: (parents: readonly JsonObject[]) => { path: string; query: Query } | undefined;
  /** The endpoint whose rows are the parents. */
  readonly parent?: string;
  /** What it may be filtered and sorted by. */
  readonly timeField: string | undefined;
  /** Whether it is known to filter and to sort (docs/recharge-api.md#filters, docs/recharge-api.md#order). */
  readonly isProven: boolean;
  /** Flags that show hidden rows, as `NAME=true`. */
  readonly flags: readonly string[];
}

/** Filters and sorts that no source proves. */
const unproven: readonly string[] = [
  'bundle_selections',
  'credit_accounts',
  'credit_adjustments',
  'collections',
  'payment_methods',
  'bundle_products',
  'metafields',
  'products',
];

/** Every endpoint that the streams read, those that most depends on first. */
export function endpoints(): readonly Endpoint[] {
  const readers = createReaders({} as SyncContext, false);
  const own = readers.filter(({ resource }) => resource === undefined).map(endpointOf);
  const old = createReaders({} as SyncContext, true).filter(
    ({ name, version }) => name === 'orders' && version === '2021-01',
  );
  const fieldsOf = (stream: string) => readers.find(({ name }) => name === stream)?.schema.fields ?? {};
  const ofParent = { version: '2021-11', timeField: undefined, isProven: true, flags: [] } as const;
  return [
    ...own,
    ...old.map(endpointOf),
    {
      ...ofParent,
      name: '/collection_products',
      key: 'collection_products',
      fields: fieldsOf('collection_products'),
      parent: '/collections',
      request: ([parent]) =>
        parent && { path: '/collection_products', query: { collection_id: idOf(parent), limit: 250 } },
    },
    {
      ...ofParent,
      name: '/customers/{id}/delivery_schedule',
      key: undefined,
      fields: fieldsOf('delivery_schedules'),
      parent: '/customers',
      request: (parents) => {
        const parent = parents.find((customer) => customer['subscriptions_active_count'] !== 0);
        return parent && { path: `/customers/${idOf(parent)}/delivery_schedule`, query: {} };
      },
    },
  ];
}

function idOf({ id }: JsonObject): string {
  return JSON.stringify(id ?? null).replaceAll('"', '');
}

function endpointOf(reader: RechargeStream): Endpoint {
  const { name, version, query, cursorField, schema } = reader;
  const { path, key } = reader.endpoint();
  const isFlag = ([parameter]: [string, unknown]) => parameter.startsWith('include_');
  const own = Object.entries(query);
  const flags = 'flags' in reader ? (reader.flags as readonly string[]) : [];
  const asked = { ...Object.fromEntries(own.filter((entry) => !isFlag(entry))), limit: 250 };
  return {
    name: name === 'orders' && version === '2021-01' ? `${path} of 2021-01` : path,
    version,
    key,
    fields: schema.fields,
    request: () => ({ path, query: asked }),
    timeField: cursorField,
    isProven: !unproven.includes(name),
    flags: [...flags, ...own.filter(isFlag).map(([parameter]) => parameter)],
  };
}
