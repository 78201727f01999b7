import type { JsonObject } from '../json.ts';
import { FIRST_NAMES, GOODS, LAST_NAMES, PLACES, type Place, slug, STREETS, VARIANTS } from './names.ts';
import { remember } from './memo.ts';
import { Links } from './links.ts';
import { hash } from './random.ts';
import { text } from './text.ts';
import { PURPOSE, type World } from './world.ts';

export interface Person {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly hash: string;
  readonly externalId: string | null;
}

export interface Goods {
  readonly productId: string;
  readonly variantId: string;
  readonly title: string;
  readonly variant: string;
  readonly cents: number;
  readonly grams: number;
  readonly sku: string;
}

/** The people, homes and goods that several records show the same way, by index. */
export class Cast {
  readonly world: World;
  readonly links: Links;

  /** A customer's name and ids. */
  readonly person = remember(4096, (customer: number) => this.makePerson(customer));
  /** The address as other records embed it. */
  readonly addressSummary = remember(4096, (address: number) => this.makeAddressSummary(address));
  /** What a subscription, onetime or line sells. */
  readonly goods = remember(4096, (product: number) => this.makeGoods(product));

  constructor(world: World) {
    this.world = world;
    this.links = new Links(world);
  }

  private makePerson(customer: number): Person {
    const draws = this.world.draws('customers', customer, PURPOSE.person);
    const first = draws.pick(FIRST_NAMES);
    const last = draws.pick(LAST_NAMES);
    const domain = draws.pick(['example.com', 'example.org', 'example.net']);
    const linked = !draws.oneIn(25);
    return {
      first,
      last,
      email: text(slug(first), '.', slug(last), '.', customer, '@', domain),
      hash: hash(this.world.seed, PURPOSE.person, customer).toString(16).padStart(8, '0').repeat(2),
      externalId: linked ? String(6_104_472_200_000 + customer) : null,
    };
  }

  /** Where an address is. */
  place(address: number): Place {
    const customer = this.links.parent('addresses', address, 'customers');
    return PLACES[this.world.draw('customers', PURPOSE.place, customer, PLACES.length)] as Place;
  }

  private makeAddressSummary(address: number): JsonObject {
    const draws = this.world.draws('addresses', address, PURPOSE.place);
    const place = this.place(address);
    const person = this.person(this.links.parent('addresses', address, 'customers'));
    return {
      address1: text(1 + draws.below(900), ' ', draws.pick(STREETS)),
      address2: draws.pick([null, null, '', `Lgh ${1000 + draws.below(600)}`, 'c/o “Kontor”, 2. OG']),
      city: place.city,
      company: draws.pick([null, null, '', `${person.last} & Co`]),
      country_code: place.code,
      first_name: person.first,
      last_name: person.last,
      phone: draws.pick([null, `+1503555${1000 + draws.below(9000)}`, '']),
      province: place.province,
      zip: place.zip,
    };
  }

  private makeGoods(product: number): Goods {
    const draws = this.world.draws('products', product, PURPOSE.goods);
    const title = text(
      GOODS[product % GOODS.length] as string,
      product < GOODS.length ? '' : ` No. ${product}`,
    );
    return {
      productId: String(7_200_010_000 + product),
      variantId: String(41_200_010_000 + product * 10 + draws.below(6)),
      title,
      variant: draws.pick(VARIANTS),
      cents: 450 + draws.below(9000),
      grams: 50 * (1 + draws.below(40)),
      sku: text(title.slice(0, 3).toUpperCase(), '-', product),
    };
  }

  /** A product for row `index` of a resource. */
  productOf(resource: 'subscriptions' | 'onetimes', index: number): number {
    return this.world.draw(resource, PURPOSE.goods, index, Math.max(this.world.sizes.products, 1));
  }

  customerCreated(customer: number): number {
    return this.world.created('customers', customer);
  }

  addressCreated(address: number): number {
    const customer = this.links.parent('addresses', address, 'customers');
    const later = 1 + this.world.draw('addresses', PURPOSE.created, address, 600);
    return Math.min(this.customerCreated(customer) + later, this.world.now);
  }

  subscriptionCreated(subscription: number): number {
    const address = this.links.parent('subscriptions', subscription, 'addresses');
    const later = 1 + this.world.draw('subscriptions', PURPOSE.created, subscription, 600);
    return Math.min(this.addressCreated(address) + later, this.world.now);
  }
}

/** Cents as the decimal text that 2021-11 uses for money. */
export function money(cents: number): string {
  const whole = Math.trunc(cents / 100);
  return `${whole}.${String(cents - whole * 100).padStart(2, '0')}`;
}

/** The id of the same thing on the commerce platform. */
export function external(id: string | null): JsonObject {
  return { ecommerce: id };
}
