import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
export const textOf = (file: string) => readFile(resolve(root, file), 'utf8');
/** A file of integration_tests. */
export const read = async <Content>(file: string): Promise<Content> =>
  JSON.parse(await textOf(`integration_tests/${file}`)) as Content;
