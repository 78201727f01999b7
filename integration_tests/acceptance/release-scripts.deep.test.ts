import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { changelogOf, edit, inFolder, run, step, useRepository } from './release-scripts.fixture.ts';

useRepository();

describe('prepare.sh', () => {
  // It builds twice, and npm reads the lockfile twice.
  test('makes the notes, the archive, its checksum and the packages in it, the same each time', {
    timeout: 180_000,
  }, async () => {
    await edit('CHANGELOG.md', changelogOf);
    await step('prepare.sh', ['v0.2.0', 'out']);
    await step('prepare.sh', ['v0.2.0', 'again']);
    const name = 'source-recharge-0.2.0';
    expect((await readdir(inFolder('out'))).toSorted()).toEqual([
      `${name}.spdx.json`,
      `${name}.tar.gz`,
      `${name}.tar.gz.sha256`,
    ]);
    expect(await readFile(inFolder('notes.md'), 'utf8')).toMatch(/^### Changed\n/);
    await run('sha256sum', ['--check', `${name}.tar.gz.sha256`], { cwd: inFolder('out') });
    const checksum = (of: string) => readFile(inFolder(of, `${name}.tar.gz.sha256`), 'utf8');
    expect(await checksum('again')).toBe(await checksum('out'));
    await run('tar', ['-xzf', inFolder('out', `${name}.tar.gz`), '-C', inFolder()]);
    const { stdout } = await run(inFolder(name, 'source-recharge'), ['spec']);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'SPEC' });
    const sbom = JSON.parse(await readFile(inFolder('out', `${name}.spdx.json`), 'utf8')) as {
      packages: { name: string }[];
    };
    expect(sbom.packages.map((each) => each.name)).toEqual(
      expect.arrayContaining(['got', 'zod', 'bottleneck']),
    );
  });
});
