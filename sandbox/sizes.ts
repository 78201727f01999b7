import { RESOURCES, type ResourceName, SEEDS, type Sizes } from './resources.ts';
import type { SandboxOptions } from './options.ts';

function sizesBy(rowsOf: (seeds: (typeof SEEDS)[ResourceName]) => number): Sizes {
  return Object.fromEntries(RESOURCES.map((name) => [name, rowsOf(SEEDS[name])])) as Sizes;
}

const SMALL = sizesBy(({ rows }) => rows);
const DEMO = sizesBy(({ rows, demoRows = rows }) => demoRows);

/** Rows of a parent resource for each row of its children. */
const PARENTS: readonly (readonly [child: ResourceName, parent: ResourceName, share: number])[] = [
  ['orders', 'charges', 1.3],
  ['charges', 'subscriptions', 0.28],
  ['subscriptions', 'addresses', 0.8],
  ['addresses', 'customers', 0.8],
];

/** Rows per resource for these options. Throws RangeError for a size that is no whole number from 0 on. */
export function sizesOf(size: SandboxOptions['size']): Sizes {
  if (size === undefined || size === 'small') return SMALL;
  if (size === 'demo') return DEMO;
  for (const [name, rows] of Object.entries(size)) {
    if (!(RESOURCES as readonly string[]).includes(name)) throw new RangeError(`No such resource: ${name}`);
    if (!Number.isSafeInteger(rows) || rows < 0)
      throw new RangeError(`Not a number of rows: ${name}=${rows}`);
  }
  const sizes: Record<ResourceName, number> = { ...SMALL, ...size };
  for (const [child, parent, share] of PARENTS) {
    if (size[parent] === undefined) sizes[parent] = Math.max(SMALL[parent], Math.ceil(sizes[child] * share));
  }
  return sizes;
}
