import { type JsonObject, rawNumber } from '../json.ts';
import type { Blueprint } from './blueprint.ts';
import { type Cast, money } from './cast.ts';
import { REASONS } from './names.ts';
import { subscriptionCustomer } from './subscriptions.ts';
import { utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Memberships: standing subscriptions to a programme. */
export function memberships(cast: Cast): Blueprint {
  const { world } = cast;
  const created = (index: number): number => world.created('memberships', index);
  const updated = (index: number): number => world.updated('memberships', index, created);
  return {
    ...world.identity('memberships'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      is_cancelled: (index) => (isActive(cast, index) ? 0 : 1),
      deleted_at: (index) => (isDeleted(index) ? updated(index) : null),
    },
    row: (index) => ({
      ...membership(cast, index, updated(index)),
      created_at: utcText(created(index)),
      updated_at: utcText(updated(index)),
    }),
  };
}

/** Others are cancelled, and shown only on request. */
function isActive(cast: Cast, index: number): boolean {
  return !cast.world.draws('memberships', index, PURPOSE.place).oneIn(3);
}

/** Shown only on request. */
function isDeleted(index: number): boolean {
  return index % 7 === 4;
}

function membership(cast: Cast, index: number, updated: number): JsonObject {
  const { world, links } = cast;
  const draws = world.draws('memberships', index);
  const subscription = links.elder('memberships', index, 'subscriptions');
  const active = isActive(cast, index);
  const cents = 600 * (1 + draws.below(9));
  const product = 7_200_010_060 + draws.below(5);
  return {
    id: world.id('memberships', index),
    address_id: world.id('addresses', links.parent('subscriptions', subscription, 'addresses')),
    cancellation_reason: active ? null : draws.pick(REASONS),
    cancellation_reason_comments: null,
    cancelled_at: active ? null : utcText(updated),
    // Several fields come as number and as text (docs/recharge-api.md#types-that-vary).
    charge_interval_frequency: draws.pick(['1', 1]),
    charge_interval_unit: draws.pick(['month', 'year']),
    created_at: '',
    deleted_at: isDeleted(index) ? utcText(updated) : null,
    customer_id: world.id('customers', subscriptionCustomer(cast, subscription)),
    expires_at: draws.oneIn(2) ? null : utcText(updated + 365 * 86_400),
    external_product_id: draws.pick([product, String(product)]),
    external_variant_id: draws.pick([product * 10, String(product * 10)]),
    has_queued_charges: active,
    membership_program_id: world.id(
      'membership_programs',
      draws.below(Math.max(world.sizes.membership_programs, 1)),
    ),
    next_charge_scheduled_at: active ? utcText(updated + 30 * 86_400) : null,
    presentment_currency: draws.pick(['USD', null]),
    price: draws.oneIn(2) ? money(cents) : rawNumber(`${cents / 100}.0`),
    product_title: 'Roasters Club',
    purchase_item_id: world.id('subscriptions', subscription),
    purchase_item_status: active ? 'active' : 'cancelled',
    purchase_item_type: 'membership_subscription',
    quantity: 1,
    status: active ? 'active' : 'inactive',
    type: 'membership_subscription',
    updated_at: '',
    variant_title: draws.pick(['Annual', 'Monthly', null]),
  };
}

/** Programmes that one can be a member of. */
export function membershipPrograms(cast: Cast): Blueprint {
  const { world } = cast;
  const created = (index: number): number => world.created('membership_programs', index);
  const updated = (index: number): number => world.updated('membership_programs', index, created);
  return {
    ...world.identity('membership_programs'),
    clock: 'utc',
    facts: {
      created_at: created,
      updated_at: updated,
      deleted_at: (index) => (isDeleted(index) ? updated(index) : null),
    },
    row: (index) => {
      const draws = world.draws('membership_programs', index);
      return {
        id: world.id('membership_programs', index),
        created_at: utcText(created(index)),
        description: draws.pick([null, 'Ten per cent off everything']),
        external_attributes: draws.pick([
          null,
          { order_tag: 'club', customer_tags: {}, segments: {}, image_path: '' },
        ]),
        name: `Club No. ${index}`,
        status: draws.pick(['active', 'inactive']),
        tag_name: draws.pick([null, `club-${index}`]),
        updated_at: utcText(updated(index)),
      };
    },
  };
}

/** Features granted to members. */
export function entitlements(cast: Cast): Blueprint {
  const { world, links } = cast;
  const created = (index: number): number => world.created('entitlements', index);
  const updated = (index: number): number => world.updated('entitlements', index, created);
  return {
    ...world.identity('entitlements'),
    clock: 'utc',
    facts: { created_at: created, updated_at: updated },
    row: (index) => {
      const draws = world.draws('entitlements', index);
      const granted = !draws.oneIn(4);
      return {
        id: world.id('entitlements', index),
        created_at: utcText(created(index)),
        customer_id: world.id('customers', links.elder('entitlements', index, 'customers')),
        deleted_at: draws.oneIn(5) ? utcText(updated(index)) : null,
        entitlement_feature_id: 12,
        expires_at: draws.oneIn(2) ? utcText(created(index) + 365 * 86_400) : null,
        granted_by_id: granted
          ? world.id('subscriptions', links.elder('entitlements', index, 'subscriptions'))
          : null,
        granted_by_type: granted ? 'subscription' : null,
        updated_at: utcText(updated(index)),
      };
    },
  };
}
