import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ALL_SCOPES } from '../../sandbox/api/endpoints.ts';
import { startSandbox } from '../../sandbox/index.ts';
import { configOf } from './pyairbyte.ts';
import { Python } from './python.ts';

const selected = '\nprint(json.dumps(source.get_selected_streams()))\n';

/** The program of docs/pyairbyte.md, to the letter, with a token that lacks a scope. Returns what was not as expected. */
export async function runDocumented(python: string, executable: string): Promise<string[]> {
  const scopes = ALL_SCOPES.filter((scope) => scope !== 'read_products');
  const store = await startSandbox({ scopes, bucketSize: 100_000, leakPerSecond: 100_000 });
  const environment = await Python.create(python);
  try {
    const text = await readFile(resolve(import.meta.dirname, '../../docs/pyairbyte.md'), 'utf8');
    const blocks = [...text.matchAll(/```python\n(.*?)```/gs)].map(([, code = '']) => code);
    await mkdir(join(environment.folder, 'secrets'));
    await writeFile(join(environment.folder, 'secrets/config.json'), JSON.stringify(configOf(store)));
    await symlink(dirname(executable), join(environment.folder, 'dist'));
    const printed = await environment.evaluate(blocks.join('\n') + selected);
    const streams = JSON.parse(printed.trim().split('\n').at(-1) ?? '[]') as string[];
    const closed = ['products', 'collections', 'collection_products'].filter((name) =>
      streams.includes(name),
    );
    const enough = blocks.length === 2 && streams.length > 30;
    return enough && closed.length === 0 ? [] : [`${blocks.length} programs selected ${streams.join(', ')}`];
  } finally {
    await environment.remove();
    await store.close();
  }
}
