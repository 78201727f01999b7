import type { ResourceName } from '../resources.ts';
import { PURPOSE, type World } from './world.ts';

/**
 * Which row belongs to which where arithmetic tells: customers, addresses and subscriptions are laid side by side
 * in order, so that both ways (parent, children) are cheap. What time tells (charges, orders) stands in `History`.
 */
export class Links {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  /** The parent of `index` when children are dealt to parents in order. */
  parent(child: ResourceName, index: number, parent: ResourceName): number {
    const { sizes } = this.world;
    return Math.floor((index * Math.max(sizes[parent], 1)) / Math.max(sizes[child], 1));
  }

  /** The first and one past the last child of a parent, dealt as in `parent`. */
  children(parent: ResourceName, index: number, child: ResourceName): readonly [number, number] {
    const { sizes } = this.world;
    const first = (at: number): number => Math.ceil((at * sizes[child]) / Math.max(sizes[parent], 1));
    return [first(index), Math.min(first(index + 1), sizes[child])];
  }

  /** Any row of `parent`, drawn for row `index` of `child`, as old as it or older. */
  elder(child: ResourceName, index: number, parent: ResourceName): number {
    const { sizes } = this.world;
    const share = (index + 1) / Math.max(sizes[child], 1);
    return this.world.draw(child, PURPOSE.link, index, Math.max(Math.floor(share * sizes[parent]), 1));
  }
}
