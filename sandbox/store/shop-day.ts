import type { Draws } from '../data/random.ts';
import type { ResourceName } from '../resources.ts';
import type { Mutations } from './mutations.ts';
import type { Store } from './store.ts';

/** The resources that are written, each as often as it has entries. */
const changing: readonly ResourceName[] = [
  'subscriptions',
  'subscriptions',
  'orders',
  'orders',
  'charges',
  'customers',
  'addresses',
  'onetimes',
  'discounts',
  'collections',
  'metafields',
];
const deletable: readonly ResourceName[] = ['onetimes', 'discounts', 'metafields'];

/** One write of a random kind: most change a row, some create one, a few delete one. */
export function writeSomething(store: Store, mutations: Mutations, draws: Draws): void {
  if (draws.oneIn(12)) {
    const resource = draws.pick(deletable);
    const id = anyId(store, resource, draws);
    if (id !== undefined) mutations.remove(resource, id);
    return;
  }
  const resource = draws.pick(changing);
  const id = draws.oneIn(6) ? undefined : anyId(store, resource, draws);
  if (id === undefined) mutations.create(resource, {});
  else if (resource === 'subscriptions') mutations.editSubscription(id, {});
  else mutations.update(resource, id, {});
}

function anyId(store: Store, resource: ResourceName, draws: Draws): number | undefined {
  const slots = [...store.truth(resource).all()];
  return slots.length === 0 ? undefined : draws.pick(slots).id;
}
