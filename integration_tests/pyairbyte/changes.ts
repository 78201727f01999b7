import type { Sandbox } from '../../sandbox/index.ts';
import { idsFor, listings } from './listings.ts';

/** Of each kind of row: two change, one is new, one is gone. Of what lies within others, one of those changes. */
export function changeStore(store: Sandbox): void {
  // An event that says which attribute changed.
  store.update('customers', idsFor(store, 'customers')[0] ?? Number.NaN, { first_name: 'Ada' });
  for (const [stream, { paths, resource, items }] of Object.entries(listings)) {
    if (resource === undefined) continue;
    const ids = idsFor(store, stream);
    if (items !== undefined) {
      store.update(resource, ids[0] ?? Number.NaN);
      continue;
    }
    const [first, second, gone] = [ids[0], ids[Math.floor(ids.length / 2)], ids[1]];
    for (const id of [first, second]) if (id !== undefined) store.update(resource, id);
    if (gone !== undefined && ids.length > 2) store.remove(resource, gone);
    const owner = new URL(paths(store)[0] ?? '/', 'http://sandbox').searchParams.get('owner_resource');
    store.create(resource, owner === null ? {} : { owner_resource: owner });
  }
}
