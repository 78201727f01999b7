import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { createReaders } from './streams/index.ts';
import { FullRefreshStream } from './sync/full-refresh-stream.ts';
import { IncrementalStream } from './sync/incremental-stream.ts';
import { RechargeStream, type SyncContext } from './sync/recharge-stream.ts';

/** Its class and those that it extends, the root first. */
function lineOf(stream: RechargeStream): unknown[] {
  const line: unknown[] = [];
  for (
    let prototype: object | null = Object.getPrototypeOf(stream) as object;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  )
    line.unshift(prototype.constructor);
  return line;
}

const readers = [false, true].flatMap((oldOrders) => createReaders({} as SyncContext, oldOrders));

test.each(readers)('the class of $name is the third of its line, below one of the two bases', (stream) => {
  const bases = [IncrementalStream, FullRefreshStream].map((base) => [RechargeStream, base]);
  expect(bases).toContainEqual(lineOf(stream).slice(0, -1));
});

test('no two files have the same name, but for index.ts', () => {
  const names = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/(^|\/)(dist|node_modules)\//.test(file))
    .map((file) => basename(file))
    .filter((name) => name !== 'index.ts');
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
