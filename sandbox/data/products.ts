import { type JsonObject, rawNumber } from '../json.ts';
import { type Birth, type Blueprint, blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import { money } from './money.ts';
import { images } from './lines.ts';
import { NOTES, slug } from './names.ts';
import type { Draws } from './random.ts';
import { easternText, utcText } from './times.ts';

/** The products of 2021-01: subscription rules on a product of the commerce platform. */
export function products(cast: Cast): Blueprint {
  return blueprint(cast.world, 'products', {
    clock: 'eastern',
    row: (birth, draws) => product(cast, birth, draws),
  });
}

function product(cast: Cast, { id, index, created, updated }: Birth, draws: Draws): JsonObject {
  const { world } = cast;
  const goods = cast.goods(index);
  const monthly = draws.oneIn(3);
  const collections = Math.max(world.sizes.collections, 1);
  return {
    collection_id: draws.oneIn(2) ? null : world.id('collections', draws.below(collections)),
    created_at: easternText(created),
    // Python decimals as recorded: zero comes as 0E-10 (docs/recharge-api.md#types-that-vary).
    discount_amount: draws.oneIn(3)
      ? rawNumber('0E-10')
      : rawNumber(`${5 * (1 + draws.below(4))}.0000000000`),
    discount_type: 'percentage',
    handle: slug(goods.title),
    id,
    images: draws.oneIn(6) ? {} : images(goods.productId),
    product_id: Number(goods.productId),
    shopify_product_id: Number(goods.productId),
    subscription_defaults: {
      apply_cutoff_date_to_checkout: false,
      charge_interval_frequency: monthly ? 1 : 30,
      cutoff_day_of_month: null,
      cutoff_day_of_week: draws.pick([null, 2]),
      expire_after_specific_number_of_charges: draws.pick([null, 6]),
      modifiable_properties: draws.oneIn(4) ? ['grind'] : [],
      number_charges_until_expiration: null,
      order_day_of_month: monthly ? 1 : null,
      order_day_of_week: null,
      order_interval_frequency_options: monthly ? ['1', '2', '3'] : ['30'],
      order_interval_unit: monthly ? 'month' : 'day',
      storefront_purchase_options: draws.pick(['subscription_and_onetime', 'subscription_only', 'inactive']),
    },
    title: goods.title,
    updated_at: easternText(updated),
  };
}

/** The products of 2021-11: the catalogue of a store on a platform of its own. No id, no updated_at. */
export function catalogueProducts(cast: Cast): Blueprint {
  const made = (index: number): number => cast.world.created('catalogue_products', index);
  return blueprint(cast.world, 'catalogue_products', {
    updated: made,
    readers: { external_product_id: (row) => row['external_product_id'] as string },
    row: (birth, draws) => catalogueProduct(cast, birth, draws),
  });
}

function catalogueProduct(cast: Cast, { id, index, created }: Birth, draws: Draws): JsonObject {
  const goods = cast.goods(index);
  const full = !draws.oneIn(4);
  return {
    external_product_id: `p-${id}`,
    brand: full ? 'Harbor & Pine' : null,
    description: full ? `<p>${draws.pick(NOTES)}</p>` : null,
    external_created_at: full ? utcText(created) : null,
    external_updated_at: full ? utcText(Math.min(created + 9000, cast.world.now)) : null,
    images: full ? [images(goods.productId)] : [],
    options: full
      ? [
          {
            name: 'Size',
            position: 1,
            values: [
              { label: '250 g', position: 1 },
              { label: '1 kg', position: 2 },
            ],
          },
        ]
      : [],
    published_at: full ? utcText(created) : null,
    requires_shipping: full,
    title: goods.title,
    variants: full ? [catalogueVariant(goods.sku, goods.cents, index)] : [],
    vendor: full ? 'Harbor & Pine' : null,
  };
}

function catalogueVariant(sku: string, cents: number, index: number): JsonObject {
  return {
    dimensions: { weight: index % 2 === 0 ? 250 : rawNumber('0.125'), weight_unit: 'g' },
    external_variant_id: `v-${index}`,
    image: index % 3 === 0 ? images(`v-${index}`) : null,
    option_values: [{ label: '250 g' }],
    prices: { compare_at_price: null, unit_price: money(cents) },
    requires_shipping: true,
    sku,
    tax_code: null,
    taxable: true,
    title: '250 g',
  };
}
