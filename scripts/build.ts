import { chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';

/**
 * Builds dist/, which runs alone: the executable, the bundle that every command but `spec` loads, spec.json, and the
 * doctor.
 */
const manifest = JSON.parse(await readFile('package.json', 'utf8'));
const [major = 0, minor = 0] = String(manifest.engines.node).replace('>=', '').split('.').map(Number);
const oldestNode = `${major}.${minor}`;

/**
 * The objects of a page live until it is written, so most reach V8's old generation. That is collected when it has grown
 * by half; the young generation is small, and two threads would only get in each other's way there (docs/performance.md).
 */
const heap = '--max-semi-space-size=12 --heap-growing-percent=50 --no-parallel-scavenge';
/** By NODE_DEBUG, Node would print each request's headers. Kernels before 5.1 cut this line at 127 characters. */
const launcher = `/usr/bin/env -S -u NODE_DEBUG node ${heap}`;

/** What has to be checked before anything is loaded; written in JavaScript that Node 18 can parse. */
const nodeCheck = `#!${launcher}
var found = process.versions.node.split('.').map(Number);
if (found[0] < ${major} || (found[0] === ${major} && found[1] < ${minor})) {
  require('fs').writeSync(2, 'source-recharge needs Node.js ${oldestNode} or newer; this is ' + process.version + '.\\n');
  process.exit(2);
}`;
const head = `${nodeCheck}
['connector.cjs', 'spec.json'].forEach(function (file) {
  if (require('fs').existsSync(__dirname + '/' + file)) return;
  require('fs').writeSync(2, 'source-recharge needs ' + file + ' beside it in ' + __dirname + '; keep all files of dist/ together.\\n');
  process.exit(2);
});`;

/** All modules that the executable and the kit import on demand are one bundle beside the executable. */
const onDemand = ['./src/recharge-source.ts', './src/airbyte/commands.ts'];
const onDemandApart: Plugin = {
  name: 'on-demand-apart',
  setup: (bundle) => {
    bundle.onResolve({ filter: /\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './connector.cjs', external: true } : undefined,
    );
  },
};

/**
 * got's type checks create these at start, which loads ICU: 5 MB for texts that the connector never prints.
 */
const listFormatWhenUsed: Plugin = {
  name: 'list-format-when-used',
  setup: (bundle) => {
    bundle.onLoad({ filter: /@sindresorhus\/is\/.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        /new (Intl\.ListFormat\([^)]*\))/g,
        '{ format: (list) => new $1.format(list) }',
      ),
    }));
  },
};

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  // CommonJS starts in half the time that ES modules need.
  format: 'cjs',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'warning',
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await build({
  ...common,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/source-recharge',
  target: 'node18',
  banner: { js: head },
  sourcemap: false,
  plugins: [onDemandApart],
});
const { metafile } = await build({
  ...common,
  stdin: { contents: onDemand.map((path) => `export * from '${path}';`).join('\n'), resolveDir: '.' },
  outfile: 'dist/connector.cjs',
  target: `node${oldestNode}`,
  metafile: true,
  plugins: [listFormatWhenUsed],
});
await build({
  ...common,
  entryPoints: ['doctor/main.ts'],
  outfile: 'dist/doctor',
  target: `node${oldestNode}`,
  banner: { js: nodeCheck },
  sourcemap: false,
  plugins: [listFormatWhenUsed],
});
for (const program of ['source-recharge', 'doctor']) await chmod(`dist/${program}`, 0o755);
await copyFile('spec.json', 'dist/spec.json');
await copyFile('LICENSE', 'dist/LICENSE');
await writeFile('dist/LICENSES.txt', await licensesOf(metafile));
// dist/ has a package.json of its own: below one with type module the executable would not be CommonJS.
await writeFile('dist/package.json', `${JSON.stringify({ type: 'commonjs', version: manifest.version })}\n`);
