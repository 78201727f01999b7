import type { JsonObject } from '../json.ts';
import { FIRST_NAMES, GOODS, LAST_NAMES, PLACES, type Place, slug, STREETS, VARIANTS } from './names.ts';
import { History } from './history.ts';
import { Lifetimes } from './lifetimes.ts';
import { remember } from './memo.ts';
import { Links } from './links.ts';
import { hash } from './random.ts';
import { text } from './text.ts';
import { PURPOSE, type World } from './world.ts';
import type { ResourceName } from '../resources.ts';

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
  private readonly lifetimes: Lifetimes;
  private past: History | undefined;

  /** A customer's name and ids. */
  readonly person = remember(4096, (customer: number) => this.makePerson(customer));
  /** The address as other records embed it. */
  readonly addressSummary = remember(4096, (address: number) => this.makeAddressSummary(address));
  /** What a subscription, onetime or line sells. */
  readonly goods = remember(4096, (product: number) => this.makeGoods(product));

  constructor(world: World) {
    this.world = world;
    this.links = new Links(world);
    this.lifetimes = new Lifetimes(world, this.links, (address) => this.addressCreated(address));
  }

  /** What has happened in the store, worked out when first asked for. */
  get history(): History {
    this.past ??= new History(this.world, this.links, this.lifetimes, (address) =>
      this.addressCreated(address),
    );
    return this.past;
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

  /** Half an hour before now at the latest: time for an address, a checkout and its charge. */
  customerCreated(customer: number): number {
    return Math.min(this.world.created('customers', customer), this.world.now - 1800);
  }

  addressCreated(address: number): number {
    const customer = this.links.parent('addresses', address, 'customers');
    return this.customerCreated(customer) + 1 + this.world.draw('addresses', PURPOSE.created, address, 600);
  }

  subscriptionCreated(subscription: number): number {
    return this.lifetimes.start(subscription);
  }
}

/** When row `index` was made where its resource has a time of its own, but after what it belongs to. */
export function madeAfter(world: World, resource: ResourceName, index: number, parent: number): number {
  return Math.min(Math.max(world.created(resource, index), parent + 1), world.now);
}

/** The id of the same thing on the commerce platform. */
export function external(id: string | null): JsonObject {
  return { ecommerce: id };
}
