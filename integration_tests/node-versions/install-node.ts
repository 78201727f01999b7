import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A Node of some version in a folder of its own. */
export interface InstalledNode {
  readonly folder: string;
  /** An environment in which a shebang finds this Node first. */
  readonly env: { readonly PATH: string };
}

/** Installs a version of Node from npm. @throws Error where there is none, or no registry. */
export async function installNode(version: string): Promise<InstalledNode> {
  const folder = await mkdtemp(join(tmpdir(), `node-${version}-`));
  // Node's npm package fetches the binary by a script of its own, which npm wants allowed.
  const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
  });
  return { folder, env: { PATH: `${join(folder, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` } };
}
