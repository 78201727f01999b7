import { backOffice } from './back-office.ts';
import { bundleProducts, bundleSelections } from './bundles.ts';
import { entitlements, membershipPrograms, memberships } from './clubs.ts';
import { creditAccounts, creditAdjustments, giftPurchases } from './credits.ts';
import { events } from './events.ts';
import { paymentMethods } from './payment-methods.ts';
import { plans } from './plans.ts';
import { addresses } from './addresses.ts';
import type { Blueprint } from './blueprint.ts';
import type { Cast } from './cast.ts';
import { charges } from './charges.ts';
import { collectionProducts, collections } from './collections.ts';
import { customers } from './customers.ts';
import { discounts } from './discounts.ts';
import { metafields } from './metafields.ts';
import { onetimes } from './onetimes.ts';
import { orders } from './orders.ts';
import { catalogueProducts, products } from './products.ts';
import { subscriptions } from './subscriptions.ts';

/** What some customers' times look like. */
export interface BlueprintSwitches {
  readonly naiveCustomers: boolean;
}

/** The seeded rows of every resource. */
export function blueprints(cast: Cast, switches: BlueprintSwitches): readonly Blueprint[] {
  const { world, links } = cast;
  return [
    customers(cast, switches.naiveCustomers),
    addresses(cast),
    subscriptions(cast),
    charges(cast),
    orders(cast),
    onetimes(cast),
    discounts(world),
    products(cast),
    collections(world),
    metafields(cast),
    collectionProducts(world, links),
    catalogueProducts(cast),
    plans(cast),
    paymentMethods(cast),
    bundleProducts(cast),
    bundleSelections(cast),
    events(cast),
    creditAccounts(cast),
    creditAdjustments(cast),
    giftPurchases(cast),
    memberships(cast),
    membershipPrograms(cast),
    entitlements(cast),
    ...backOffice(world, links),
  ];
}
