import { Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { runs } from '../random.fixture.ts';
import { expect, test } from 'vitest';
import { Output } from './output.ts';

/** A reader that takes what it is given when `take` is called, and counts what waits. */
function slowReader() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 1024,
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      waiting.push(() => {
        taken.push(chunk);
        done();
      });
    },
  });
  const take = async () => {
    waiting.shift()?.();
    await turn();
  };
  return { stream, taken, take };
}

const ignore = () => {};

test('writes the lines of one call together and in order, beside other writers [OUT-03]', async () => {
  const calls = fc.array(fc.array(fc.string().map((text) => `${text}\n`)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(calls, async (all) => {
      const chunks: string[] = [];
      const stream = new Writable({
        decodeStrings: false,
        highWaterMark: 4,
        write: (chunk: string, _encoding, done) => {
          chunks.push(chunk);
          setImmediate(done);
        },
      });
      const output = new Output(stream, ignore);
      await Promise.all(all.map((lines) => output.write(lines)));
      await output.flush();
      expect(chunks.join('')).toBe(all.flat().join(''));
    }),
    { numRuns: runs(50) },
  );
});

test('a writer waits for the reader, and makes no line ahead of it [OUT-08]', async () => {
  const { stream, take, taken } = slowReader();
  let made = 0;
  function* lines() {
    for (; made < 1000; made += 1) yield `${'x'.repeat(9_999)}\n`;
  }
  const written = new Output(stream, ignore).write(lines());
  await turn();
  const ahead = made;
  await turn();
  expect(made).toBe(ahead);
  expect(ahead).toBeLessThan(20);
  while (taken.join('').length < 10_000_000) await take();
  await written;
  expect(made).toBe(1000);
});

test('flush waits for the last line [OUT-07]', async () => {
  const { stream, take, taken } = slowReader();
  const output = new Output(stream, ignore);
  void output.write(['last\n']);
  let flushed = false;
  const flush = output.flush().then(() => {
    flushed = true;
  });
  await turn();
  expect(flushed).toBe(false);
  await take();
  await take();
  await flush;
  expect(taken.join('')).toBe('last\n');
});

test('a closed pipe is reported once; write rejects and flush resolves [OUT-09]', async () => {
  const stream = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => done(new Error('EPIPE')),
  });
  const told: string[] = [];
  const output = new Output(stream, (error) => told.push(error.message));
  await expect(output.write(['a\n'])).rejects.toThrow('EPIPE');
  await expect(output.write(['b\n'])).rejects.toThrow('EPIPE');
  await output.flush();
  expect(told).toEqual(['EPIPE']);
});
