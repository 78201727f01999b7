import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const kit = join(root, 'src/airbyte');

/** The strictest settings of TypeScript, with declarations of the package itself checked too. */
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  skipLibCheck: false,
  noEmit: true,
  module: 'nodenext',
  target: 'es2024',
  lib: ['es2024', 'esnext'],
  types: ['node'],
};

/** The Node that runs this, first on PATH: for shebangs and for npm. */
export const env = {
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
};

/** An empty folder with the packed kit installed, and the programs of the kit's README. */
export class Installation {
  readonly folder: string;
  readonly source: string;
  /** The README's program of tests. */
  readonly tests: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.source = join(folder, 'source-orders.ts');
    this.tests = join(folder, 'tests.ts');
  }

  /** Packs and installs. @throws Error with all that npm printed where it fails */
  static async create(): Promise<Installation> {
    const installation = new Installation(await mkdtemp(join(tmpdir(), 'kit-package-')));
    await installation.#install();
    return installation;
  }

  /** Writes the programs of the README. `url` and `apiKey` are what its tests are to use. */
  async writePrograms(url: string, apiKey: string): Promise<void> {
    const readme = await readFile(join(kit, 'README.md'), 'utf8');
    const [source, tests] = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = '']) => program);
    if (source === undefined || tests === undefined) throw new Error('The README of the kit has no programs');
    await writeFile(this.source, source);
    await chmod(this.source, 0o755);
    await writeFile(
      this.tests,
      tests.replace('http://localhost:8080', url).replaceAll("'secret'", `'${apiKey}'`),
    );
  }

  /** @throws Error with the type errors */
  async checkTypes(): Promise<void> {
    const tsconfig = { compilerOptions, include: ['*.ts'] };
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    await this.run(join(this.folder, 'node_modules/.bin/tsc'), []);
  }

  /** The path of an entrance, found as Node finds it. */
  resolve(entrance: string): string {
    return createRequire(join(this.folder, 'package.json')).resolve(entrance);
  }

  /** Resolves to what the program printed. @throws Error with all it printed where it fails */
  async run(program: string, args: readonly string[], cwd = this.folder): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env }).catch(
      (error: { stdout: string; stderr: string }) => {
        throw new Error(`${program} ${args.join(' ')} failed:\n${error.stdout}\n${error.stderr}`);
      },
    );
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The versions are the project's own. */
  async #install(): Promise<void> {
    const [{ filename = '' } = {}] = JSON.parse(
      await this.run('npm', ['pack', kit, '--json', '--silent', '--pack-destination', this.folder], root),
    ) as { filename?: string }[];
    const { dependencies, devDependencies } = JSON.parse(
      await readFile(join(root, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const versions = { ...dependencies, ...devDependencies };
    const others = ['zod', 'ajv', 'ajv-formats', 'typescript', '@types/node'];
    await writeFile(join(this.folder, 'package.json'), '{"type":"module","private":true}');
    const packages = others.map((name) => `${name}@${versions[name]}`);
    await this.run('npm', ['install', '--no-audit', '--no-fund', `./${filename}`, ...packages]);
  }
}
