import { RESOURCES, type ResourceName, type Sizes } from '../resources.ts';
import { idOf, indexOf } from './ids.ts';
import { Draws, hash } from './random.ts';
import { Timeline } from './timeline.ts';

/** Purposes of draws, so that no two fields of a row move together. */
export const PURPOSE = {
  row: 1,
  jitter: 2,
  created: 3,
  updated: 4,
  status: 5,
  link: 6,
  delay: 7,

  person: 9,
  place: 10,
  goods: 11,
  kind: 12,
  item: 13,
  plan: 14,
  churn: 15,
  ending: 16,
  hour: 17,
  purchase: 18,
  schedule: 19,
} as const;

/** What every blueprint builds on: seed, sizes and time. */
export class World {
  readonly seed: number;
  readonly sizes: Sizes;
  readonly timeline: Timeline;
  /** US Eastern or UTC wall clock in the rows that carry no offset (metafields, events). */
  readonly naiveTimes: 'eastern' | 'utc';

  constructor(seed: number, sizes: Sizes, now: number, naiveTimes: 'eastern' | 'utc') {
    this.seed = seed;
    this.sizes = sizes;
    this.timeline = new Timeline(now);
    this.naiveTimes = naiveTimes;
  }

  get now(): number {
    return this.timeline.now;
  }

  /** A whole number in [0, below) for this resource, index and purpose. */
  draw(resource: ResourceName, purpose: number, index: number, below: number): number {
    return this.hash(resource, purpose, index) % below;
  }

  /** Draws for the rest of a row. */
  draws(resource: ResourceName, index: number, purpose: number = PURPOSE.row): Draws {
    return new Draws(this.hash(resource, purpose, index));
  }

  id(resource: ResourceName, index: number): number {
    return idOf(this.seed, resource, index);
  }

  /** The index of a seeded row, -1 for any other id. */
  indexOf(resource: ResourceName, id: number): number {
    return indexOf(this.seed, resource, this.sizes[resource], id);
  }

  /** When row `index` of `count` was made. */
  created(resource: ResourceName, index: number, count: number = this.sizes[resource]): number {
    const jitter = (this.hash(resource, PURPOSE.jitter, index) / 0x1_0000_0000) * 0.999;
    return this.timeline.at((index + jitter) / Math.max(count, 1));
  }

  /**
   * When row `index` was last changed: mostly soon after it was made, some much later, and in blocks of eight
   * neighbours now and then all in the same second, as a bulk job leaves them.
   */
  updated(resource: ResourceName, index: number, created: (index: number) => number): number {
    const made = created(index);
    let updated = made + this.delay(resource, index);
    if ((index >> 3) % 12 === 3) {
      const last = Math.min(index | 7, this.sizes[resource] - 1);
      updated = Math.max(Math.ceil(created(last) / 3600) * 3600, made);
    }
    if (updated <= this.now) return updated;
    return made + (this.hash(resource, PURPOSE.updated, index) % Math.max(this.now - made, 1));
  }

  private delay(resource: ResourceName, index: number): number {
    const draws = this.draws(resource, index, PURPOSE.delay);
    const kind = draws.next();
    if (kind < 0.7) return 5 + draws.below(900);
    if (kind < 0.9) return draws.below(10 * 86_400);
    return draws.below(90 * 86_400);
  }

  private hash(resource: ResourceName, purpose: number, index: number): number {
    return hash(this.seed, purpose + 64 * SALT[resource], index);
  }
}

const SALT = Object.fromEntries(RESOURCES.map((name, salt) => [name, salt])) as Record<ResourceName, number>;
