import { type JsonObject, rawNumber } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, madeAfter } from './cast.ts';
import { money, priced } from './money.ts';
import { REASONS } from './names.ts';
import type { Draws } from './random.ts';
import { subscriptionCustomer } from './subscriptions.ts';
import { utcText } from './times.ts';
import { PURPOSE } from './world.ts';

/** Memberships: standing subscriptions to a programme. */
export function memberships(cast: Cast): Blueprint {
  return blueprint(cast.world, 'memberships', {
    created: (index) => cast.subscriptionCreated(membershipItem(cast, index)) + 5,
    facts: { is_cancelled: (index) => (isActive(cast, index) ? 0 : 1) },
    isDeleted,
    row: (birth, draws) => membership(cast, birth, draws),
  });
}

/** Others are cancelled, and shown only on request. */
function isActive(cast: Cast, index: number): boolean {
  return cast.history.subscriptionStatus(membershipItem(cast, index)) === 'active';
}

/** Shown only on request. */
function isDeleted(index: number): boolean {
  return index % 7 === 4;
}

/** The subscription that a membership comes with. */
function membershipItem({ links }: Cast, index: number): number {
  return links.elder('memberships', index, 'subscriptions');
}

function membership(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const { world, links, history } = cast;
  const subscription = membershipItem(cast, index);
  const active = isActive(cast, index);
  const ended = active ? null : history.subscriptionEnded(subscription);
  const queued = history.queuedCharge(subscription);
  const plan = history.plan(subscription);
  const { currency } = cast.place(links.parent('subscriptions', subscription, 'addresses'));
  const price = money(priced(600 * (1 + draws.below(9)), currency), currency);
  const frequency = plan.every * plan.orders;
  const product = 7_200_010_060 + draws.below(5);
  return {
    id,
    address_id: world.id('addresses', links.parent('subscriptions', subscription, 'addresses')),
    cancellation_reason: active ? null : draws.pick(REASONS),
    cancellation_reason_comments: null,
    cancelled_at: ended === null ? null : utcText(ended),
    // Several fields come as number and as text (docs/recharge-api.md#types-that-vary).
    charge_interval_frequency: draws.pick([String(frequency), frequency]),
    charge_interval_unit: plan.unit,
    created_at: utcText(created),
    deleted_at: isDeleted(index) ? utcText(updated) : null,
    customer_id: world.id('customers', subscriptionCustomer(cast, subscription)),
    expires_at: draws.oneIn(2) ? null : utcText(cast.subscriptionCreated(subscription) + 365 * 86_400),
    external_product_id: draws.pick([product, String(product)]),
    external_variant_id: draws.pick([product * 10, String(product * 10)]),
    has_queued_charges: queued >= 0,
    membership_program_id: world.id(
      'membership_programs',
      draws.below(Math.max(world.sizes.membership_programs, 1)),
    ),
    next_charge_scheduled_at: queued < 0 ? null : utcText(history.chargeAt(queued)),
    presentment_currency: currency,
    price: draws.oneIn(2) ? price : rawNumber(price.replace(/0+$|\.00$/, '') || price),
    product_title: 'Roasters Club',
    purchase_item_id: world.id('subscriptions', subscription),
    purchase_item_status: history.subscriptionStatus(subscription),
    purchase_item_type: 'membership_subscription',
    quantity: 1,
    status: active ? 'active' : 'inactive',
    type: 'membership_subscription',
    updated_at: utcText(updated),
    variant_title: draws.pick(['Annual', 'Monthly', null]),
  };
}

/** Programmes that one can be a member of. */
export function membershipPrograms({ world }: Cast): Blueprint {
  return blueprint(world, 'membership_programs', {
    isDeleted,
    row: ({ id, index, created, updated }, draws) => ({
      id,
      created_at: utcText(created),
      description: draws.pick([null, 'Ten per cent off everything']),
      external_attributes: draws.pick([
        null,
        { order_tag: 'club', customer_tags: {}, segments: {}, image_path: '' },
      ]),
      name: `Club No. ${index}`,
      status: draws.pick(['active', 'inactive']),
      tag_name: draws.pick([null, `club-${index}`]),
      updated_at: utcText(updated),
    }),
  });
}

/** Features granted to members. */
export function entitlements(cast: Cast): Blueprint {
  const { world, links } = cast;
  const granted = (index: number): boolean => world.draw('entitlements', PURPOSE.kind, index, 4) > 0;
  const item = (index: number): number => links.elder('entitlements', index, 'subscriptions');
  const customer = (index: number): number =>
    granted(index)
      ? subscriptionCustomer(cast, item(index))
      : links.elder('entitlements', index, 'customers');
  return blueprint(world, 'entitlements', {
    created: (index) =>
      madeAfter(
        world,
        'entitlements',
        index,
        granted(index) ? cast.subscriptionCreated(item(index)) : cast.customerCreated(customer(index)),
      ),
    row: ({ id, index, created, updated }, draws) => ({
      id,
      created_at: utcText(created),
      customer_id: world.id('customers', customer(index)),
      deleted_at: draws.oneIn(5) ? utcText(updated) : null,
      entitlement_feature_id: 12,
      expires_at: draws.oneIn(2) ? utcText(created + 365 * 86_400) : null,
      granted_by_id: granted(index) ? world.id('subscriptions', item(index)) : null,
      granted_by_type: granted(index) ? 'subscription' : null,
      updated_at: utcText(updated),
    }),
  });
}
