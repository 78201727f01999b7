import { writeFileSync } from 'node:fs';

/** Loaded before a source: says in the file that WRITES names how many characters each write to stdout had. */
const sizes: number[] = [];
const { stdout } = process;
const write = stdout.write.bind(stdout) as (chunk: string, ...rest: unknown[]) => boolean;
stdout.write = (chunk: string, ...rest: unknown[]) => {
  sizes.push(chunk.length);
  return write(chunk, ...rest);
};
process.once('exit', () => writeFileSync(String(process.env['WRITES']), JSON.stringify(sizes)));
