import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { Steps } from '../harness/steps.ts';
import { openBrowser } from './browser.ts';
import { sealOf } from './seal.ts';
import { type Field, trialsOf } from './trials.ts';

interface Specification {
  readonly connectionSpecification: { readonly properties: Record<string, Field> };
}

/**
 * Shows the configuration's form in a browser and types into each of its fields (UI-04, UI-06, UI-07): `npm run form`.
 * Needs Chromium: Debian's package, or a path in CHROMIUM. With `--picture` it also draws docs/form.png, and says in picture.json what of.
 * Exits 1 where a field takes what it should refuse, or refuses what it should take.
 */
const here = import.meta.dirname;
const root = resolve(here, '../..');

async function pageSource(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [resolve(here, 'page.tsx')],
    bundle: true,
    write: false,
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  const script = outputFiles[0]?.text.replaceAll('</script', String.raw`<\/script`);
  const style = await readFile(resolve(here, 'style.css'), 'utf8');
  return `<!doctype html><meta charset="utf-8"><title>Form</title><style>${style}</style><body></body><script>${script}</script>`;
}

/** Each field, all that its schema bounds: returns what went wrong. */
async function tryFields(page: Page, fields: Readonly<Record<string, Field>>): Promise<string[]> {
  const problems: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const input = page.locator(`#root_${name}`);
    if (field.airbyte_hidden === true) {
      if (await input.isVisible()) problems.push(`${name}: is to be hidden, but is shown`);
      continue;
    }
    if (!(await page.getByText(field.title, { exact: false }).first().isVisible()))
      problems.push(`${name}: its title "${field.title}" is not shown`);
    if (field.type === 'boolean') continue;
    for (const { text, good } of trialsOf(field)) {
      await input.fill('1');
      await input.fill(text);
      const errors = await page.locator(`#root_${name}__error li`).allInnerTexts();
      if (good !== (errors.length === 0)) problems.push(`${name}: "${text}" gives ${JSON.stringify(errors)}`);
      process.stdout.write(
        `  ${name.padEnd(24)} ${JSON.stringify(text).padEnd(26)} ${errors[0] ?? 'taken'}\n`,
      );
    }
  }
  return problems;
}

const submitted = (page: Page) =>
  page.evaluate(() => (window as { submitted?: Record<string, unknown> }).submitted);

async function fillRequired(page: Page): Promise<void> {
  await page.reload();
  await page.fill('#root_start_date', '2024-01-01T00:00:00Z');
  await page.fill('#root_access_token', 'sk_1x1_token');
}

async function tryRequired(page: Page): Promise<string[]> {
  await fillRequired(page);
  await page.fill('#root_access_token', '');
  await page.click('button[type=submit]');
  return (await submitted(page)) === undefined ? [] : ['the form was sent without an API token'];
}

/** A form with the required fields alone is sent, and what it sends has the defaults in it. */
async function tryDefaults(page: Page, fields: Readonly<Record<string, Field>>): Promise<string[]> {
  await fillRequired(page);
  await page.click('button[type=submit]');
  const sent = await submitted(page);
  return Object.entries(fields)
    .filter(([name, field]) => field.default !== undefined && sent?.[name] !== field.default)
    .map(
      ([name, field]) => `${name}: sent as ${String(sent?.[name])}, its default is ${String(field.default)}`,
    );
}

/** Each switch, turned over, is sent as the opposite of its default. */
async function trySwitches(page: Page, fields: Readonly<Record<string, Field>>): Promise<string[]> {
  await fillRequired(page);
  const switches = Object.entries(fields).filter(([, { type }]) => type === 'boolean');
  for (const [name] of switches) await page.locator(`#root_${name}`).click();
  await page.click('button[type=submit]');
  const sent = await submitted(page);
  const wrong = switches.filter(([name, field]) => sent?.[name] !== !field.default);
  return wrong.map(([name]) => `${name}: turned over, sent as ${String(sent?.[name])}`);
}

const spec = JSON.parse(await readFile(resolve(root, 'spec.json'), 'utf8')) as Specification;
const fields = spec.connectionSpecification.properties;
const browser = await openBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 700, height: 900 }, deviceScaleFactor: 1.5 });
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  const source = await pageSource();
  await page.route('http://form.invalid/', (route) =>
    route.fulfill({ contentType: 'text/html', body: source }),
  );
  await page.goto('http://form.invalid/');
  await page.waitForSelector('form');
  if (process.argv.includes('--picture')) {
    const picture = await page.screenshot({ fullPage: true });
    await writeFile(resolve(root, 'docs/form.png'), picture);
    await writeFile(resolve(here, 'picture.json'), sealOf(spec, picture));
  }
  const steps = new Steps();
  steps.step('each field takes what it should, and no more [UI-04, UI-07]', await tryFields(page, fields));
  steps.step('without a required field it is not sent [UI-01]', await tryRequired(page));
  steps.step('the defaults are sent [UI-02]', await tryDefaults(page, fields));
  steps.step('the switches are sent as they stand [UI-02]', await trySwitches(page, fields));
  steps.step('the page has no error [UI-02]', failures);
  process.exitCode = steps.good ? 0 : 1;
} finally {
  await browser.close();
}
