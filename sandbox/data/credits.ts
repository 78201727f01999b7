import type { JsonObject } from '../json.ts';
import { type Blueprint, blueprint } from './blueprint.ts';
import { type Cast, external, madeAfter } from './cast.ts';
import { money } from './money.ts';
import { NOTES } from './names.ts';
import { STORE_ID } from './store-facts.ts';
import { utcText } from './times.ts';

/** Store credit of customers. */
export function creditAccounts(cast: Cast): Blueprint {
  const { world } = cast;
  const expires = (index: number): number | null =>
    index % 3 === 0 ? accountCreated(cast, index) + 400 * 86_400 : null;
  const customerId = (index: number): number => world.id('customers', accountCustomer(cast, index));
  return blueprint(world, 'credit_accounts', {
    created: (index) => accountCreated(cast, index),
    facts: { expires_at: expires, customer_id: customerId },
    row: ({ id, index, created, updated }, draws) => {
      const end = expires(index);
      const start = 100 * (1 + draws.below(50));
      const opening = draws.oneIn(3) ? { initial_value: money(start) } : { initial_balance: money(start) };
      return {
        id,
        api_client_id: draws.pick([null, 310]),
        api_client_restricted: draws.oneIn(4),
        available_balance: money(draws.below(start)),
        created_at: utcText(created),
        currency_code: 'USD',
        customer_id: customerId(index),
        expires_at: end === null ? null : utcText(end),
        ...opening,
        name: draws.pick(['Store credit', 'Gift from Zoë', null]),
        redemption_code: draws.oneIn(5) ? null : `RC-${index}`,
        store_id: STORE_ID,
        type: draws.pick(['reward', 'manual', 'gift']),
        updated_at: utcText(updated),
      };
    },
  });
}

function accountCustomer({ links }: Cast, index: number): number {
  return links.elder('credit_accounts', index, 'customers');
}

function accountCreated(cast: Cast, index: number): number {
  return madeAfter(cast.world, 'credit_accounts', index, cast.customerCreated(accountCustomer(cast, index)));
}

/** Movements on credit accounts. */
export function creditAdjustments(cast: Cast): Blueprint {
  const { world, links } = cast;
  const owner = (index: number): number => links.elder('credit_adjustments', index, 'credit_accounts');
  const account = (index: number): number => world.id('credit_accounts', owner(index));
  return blueprint(world, 'credit_adjustments', {
    created: (index) => madeAfter(world, 'credit_adjustments', index, accountCreated(cast, owner(index))),
    facts: { credit_account_id: account },
    row: ({ id, index, created, updated }, draws) => {
      const author: JsonObject = {
        identifier: 'ops@example.com',
        resource_id: draws.pick([5512, null]),
        type: 'account',
      };
      return {
        id,
        amount: money(50 * (1 + draws.below(40))),
        created_at: utcText(created),
        created_by: draws.pick([undefined, null, author]),
        credit_account_id: account(index),
        currency_code: 'USD',
        ending_balance: draws.oneIn(6) ? null : money(draws.below(5000)),
        note: draws.oneIn(3) ? draws.pick(NOTES) : null,
        type: draws.pick(['credit', 'debit']),
        updated_at: utcText(updated),
      };
    },
  });
}

/** Gifts bought for someone else. */
export function giftPurchases(cast: Cast): Blueprint {
  const { world, links } = cast;
  const senderOf = (index: number): number => links.elder('gift_purchases', index, 'customers');
  return blueprint(world, 'gift_purchases', {
    created: (index) => madeAfter(world, 'gift_purchases', index, cast.customerCreated(senderOf(index))),
    row: ({ id, index, created, updated }, draws) => {
      const goods = cast.goods(index);
      const sender = senderOf(index);
      const account = links.elder('gift_purchases', index, 'credit_accounts');
      const sent = draws.oneIn(2) ? utcText(updated) : null;
      return {
        id,
        amount: money(1000 * (1 + draws.below(9))),
        created_at: utcText(created),
        credit_account_id: world.id('credit_accounts', account),
        external_gift_product_id: external(goods.productId),
        external_gift_variant_id: external(goods.variantId),
        external_order_id: external(String(5_690_021_000_000 + index)),
        external_redeemable_product_ids: draws.oneIn(2) ? [] : [external(goods.productId), external(null)],
        gift_currency: 'USD',
        gift_note: draws.pick(NOTES),
        notification_scheduled_at: sent,
        notification_sent_at: draws.oneIn(3) ? undefined : sent,
        recipient_customer_id: draws.oneIn(4) ? null : world.id('customers', accountCustomer(cast, account)),
        redeemable_collection_id: draws.pick([undefined, null, world.id('collections', 0)]),
        redeemed_at: draws.pick([undefined, null]),
        redemption_link: draws.oneIn(3) ? null : `https://harborandpine.example.com/gift/${index}`,
        sender_customer_id: world.id('customers', sender),
        sender_name: cast.person(sender).first,
        updated_at: utcText(updated),
      };
    },
  });
}
