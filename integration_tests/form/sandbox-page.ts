import type { Browser, Page } from 'playwright-core';
import { FAULT_KINDS } from '../../sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { Steps } from '../harness/steps.ts';
import { openBrowser } from './browser.ts';

/**
 * Shows the sandbox's page in a browser, reads it while the sandbox is asked, and moves its switches: `npm run form`.
 * Needs Chromium: Debian's package, or a path in CHROMIUM. Exits 1 where the page lacks something.
 */
const NARROW = 360;
/** Pages that the bucket of 40 has room for. */
const ASKED = 30;

async function ask(sandbox: Sandbox, path: string): Promise<number> {
  const headers = { 'X-Recharge-Access-Token': sandbox.token, 'X-Recharge-Version': '2021-11' };
  const answer = await fetch(`${sandbox.url}${path}`, { headers });
  await answer.arrayBuffer();
  return answer.status;
}

/** What is wrong with a sentence about a page, as a list of one or none. */
const unless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

async function readSoon(page: Page, selector: string, wanted: RegExp): Promise<string[]> {
  const found = page.locator(selector).filter({ hasText: wanted });
  const came = await found
    .first()
    .waitFor({ timeout: 5000 })
    .then(() => true)
    .catch(() => false);
  return came
    ? []
    : [`${selector}: "${await page.locator(selector).first().innerText()}" instead of ${wanted}`];
}

async function tryShown(page: Page, sandbox: Sandbox): Promise<string[]> {
  const config = JSON.stringify(
    { access_token: sandbox.token, start_date: `${sandbox.firstDay}T00:00:00Z`, api_url: sandbox.url },
    null,
    2,
  );
  // What the cells of a line hold, without a gap.
  const orders = new RegExp(`^orders${sandbox.rows('orders').length}`);
  return [
    ...(await readSoon(page, '#connection', /Open/)),
    ...(await readSoon(page, '#rows tr', orders)),
    ...unless((await page.innerText('#token')) === sandbox.token, 'the token is not shown'),
    ...unless((await page.innerText('#config')) === config, 'the config is not shown'),
    ...unless((await page.locator('#faults input').count()) === FAULT_KINDS.length, 'a switch is missing'),
  ];
}

async function tryCopy(page: Page, sandbox: Sandbox): Promise<string[]> {
  await page.getByRole('button', { name: 'Copy config' }).click();
  const problems = await readSoon(page, '#copied', /Copied the config/);
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const copied = JSON.parse(text || '{}') as Record<string, unknown>;
  return [...problems, ...unless(copied['access_token'] === sandbox.token, `copied ${text}`)];
}

const level = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const bucket = document.querySelector('#bucket')?.getBoundingClientRect().width ?? 0;
    return (document.querySelector('#level')?.getBoundingClientRect().width ?? 0) / bucket;
  });

/** Requests stand in the list as they come, and the bar rises, then falls as the bucket leaks. */
async function tryRequests(page: Page, sandbox: Sandbox): Promise<string[]> {
  const empty = await level(page);
  for (let left = ASKED; left > 0; left -= 1) await ask(sandbox, '/customers?limit=1');
  const listed = await readSoon(page, '#requests li', /200 GET \/customers\?limit=1 2021-11/);
  await page.waitForTimeout(600);
  const full = await level(page);
  const now = Number(await page.getAttribute('#bucket', 'aria-valuenow'));
  await page.waitForTimeout(3000);
  const later = await level(page);
  return [
    ...listed,
    ...unless(
      empty < 0.05 && full > 0.5 && later < full - 0.05,
      `the bar stood at ${empty}, ${full}, ${later}`,
    ),
    ...unless(now > ASKED / 2 && now <= ASKED, `the meter says ${now}`),
    ...(await readSoon(page, '#totals', new RegExp(`^${ASKED} in all`))),
  ];
}

/** By keyboard alone: from one switch to the next by Tab, over by Space. */
async function trySwitch(page: Page, sandbox: Sandbox): Promise<string[]> {
  await page.focus('#fault-aborted');
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => document.activeElement?.id);
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
  await page.keyboard.press('Space');
  await page.locator('#fault-error500:checked').waitFor({ timeout: 5000 });
  const statuses: number[] = [];
  for (let left = 12; left > 0; left -= 1) statuses.push(await ask(sandbox, '/store'));
  const seen = await readSoon(page, '#requests li.bad', /500 GET \/store/);
  await page.keyboard.press('Space');
  await page.locator('#fault-error500:not(:checked)').waitFor({ timeout: 5000 });
  const after = await ask(sandbox, '/store');
  return [
    ...unless(focused === 'fault-error500', `Tab went to ${focused}`),
    ...unless(outline === 'solid', `the focus is shown as ${outline}`),
    ...unless(statuses.includes(500), `with the fault on: ${statuses.join(' ')}`),
    ...unless(after === 200, `with the fault off: ${after}`),
    ...seen,
  ];
}

/** Each control and meter has a name, as a screen reader tells it, and all are reached by Tab. */
async function tryNames(page: Page): Promise<string[]> {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('input, button')]
      .filter((each) => !(each.textContent || each.closest('label')?.textContent))
      .map((each) => each.outerHTML),
  );
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const reached = new Set<string>();
  for (let left = 40; left > 0; left -= 1) {
    await page.keyboard.press('Tab');
    reached.add(
      await page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent || ''),
    );
  }
  const wanted = ['Copy token', 'Copy config', 'requests', ...FAULT_KINDS.map((kind) => `fault-${kind}`)];
  return [
    ...nameless.map((each) => `${each} has no name`),
    ...wanted.filter((each) => !reached.has(each)).map((each) => `${each} is not reached by Tab`),
    ...unless((await page.getByRole('meter', { name: 'Rate limit' }).count()) === 1, 'the meter has no name'),
    ...unless((await page.getByRole('switch', { name: /^stall / }).count()) === 1, 'a switch has no name'),
  ];
}

/** Light and dark: the colours differ, and text stands out by 4.5 to 1 (WCAG 1.4.3) in both. */
async function tryColours(page: Page): Promise<string[]> {
  const problems: string[] = [];
  const papers = new Set<string>();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    papers.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    for (const selector of [
      'h1',
      '.note',
      '#config',
      'button',
      '#rows th',
      '#faults small',
      '#requests li.bad',
    ]) {
      const ratio = await contrast(page, selector);
      if (!(ratio >= 4.5)) problems.push(`${colorScheme} ${selector}: ${ratio.toFixed(2)} to 1`);
    }
  }
  return [...problems, ...unless(papers.size === 2, 'light and dark look the same')];
}

const contrast = (page: Page, selector: string): Promise<number> =>
  page.evaluate((wanted) => {
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const element = document.querySelector(wanted);
    if (!element) return 0;
    let behind: Element | null = element;
    while (behind && /, 0\)$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    const ink = luminance(getComputedStyle(element).color);
    const paper = luminance(getComputedStyle(behind ?? document.body).backgroundColor);
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  }, selector);

async function tryNarrow(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: NARROW, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  const out = await page.evaluate(
    (most) =>
      [...document.querySelectorAll('body *')]
        .filter((each) => each.getBoundingClientRect().right > most + 0.5)
        .map((each) => each.id || each.tagName),
    NARROW,
  );
  return [...unless(wide <= NARROW, `the page is ${wide} wide`), ...out.map((each) => `${each} stands out`)];
}

/** Opened to other machines, the page shows all and its switches are locked. */
async function tryOpened(browser: Browser): Promise<string[]> {
  const sandbox = await startSandbox({ host: '0.0.0.0' });
  const page = await browser.newPage();
  try {
    await page.goto(sandbox.url);
    const note = await readSoon(page, '#faults-note', /^Shown only/);
    return [
      ...note,
      ...unless(await page.locator('#fault-reset').isDisabled(), 'the switches are not locked'),
    ];
  } finally {
    await page.close();
    await sandbox.close();
  }
}

/** Once the sandbox has gone the page says so. */
async function tryClosed(page: Page, sandbox: Sandbox): Promise<string[]> {
  await sandbox.close();
  return readSoon(page, '#connection', /Closed/);
}

// Half of all requests: a fault that was set by the command line comes back at its own rate.
const sandbox = await startSandbox({ faults: { error500: 0.5 } });
sandbox.setFaults({ error500: 0 });
const browser = await openBrowser();
try {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') failures.push(message.text());
  });
  await page.goto(sandbox.url);
  const steps = new Steps();
  steps.step(
    'the page shows token, config, lists with rows and a switch for each fault',
    await tryShown(page, sandbox),
  );
  steps.step('the config is copied', await tryCopy(page, sandbox));
  steps.step('requests stand in it as they come, and the bar moves', await tryRequests(page, sandbox));
  steps.step('a switch, by keyboard, changes what the sandbox answers', await trySwitch(page, sandbox));
  steps.step('all controls have names and are reached by Tab', await tryNames(page));
  steps.step('light and dark can be read', await tryColours(page));
  steps.step(`${NARROW} px are wide enough`, await tryNarrow(page));
  steps.step('opened to others, it only shows', await tryOpened(browser));
  steps.step('the page has no error', failures);
  steps.step('it says when the sandbox has gone', await tryClosed(page, sandbox));
  process.exitCode = steps.good ? 0 : 1;
} finally {
  await browser.close();
  await sandbox.close().catch(() => undefined);
}
