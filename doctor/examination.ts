import { endpoints } from './endpoints.ts';
import { Examined } from './examined.ts';
import { verdictsOf } from './facts.ts';
import type { General, Report } from './findings.ts';
import type { Interview } from './interview.ts';
import {
  askBounds,
  askFilter,
  askFlags,
  askNaiveBound,
  askNextPage,
  askOldCharges,
  askOldEvents,
  askPageNumbers,
  askPageSize,
  askScopes,
  askSort,
  linkParameter,
  readFirst,
} from './questions.ts';

/** What is asked first is what most hangs on: where the requests come to an end, the rest is "not asked". */
export const order = [
  'the scopes of the token',
  'each list once: status, pages, fields, latency',
  'filters that no source proves',
  'flags that show hidden rows',
  'charges and events of the past',
  'the next page',
  'filter and bounds of all other lists',
  'bounds without an offset, page numbers',
  'sorts',
  'page sizes',
] as const;

/** Settles what the documentation of the API leaves open, as far as one store shows it. @param most GETs in all */
export async function examine(interview: Interview, most: number): Promise<Report> {
  const all = endpoints().map((endpoint) => new Examined(endpoint, interview));
  const named = (name: string) => all.find(({ endpoint }) => endpoint.name === name);
  const scopes = await askScopes(interview);
  for (const one of all) {
    const parent = one.endpoint.parent === undefined ? undefined : named(one.endpoint.parent);
    await one.open(parent?.rows ?? []);
    readFirst(one);
  }
  const timed = all.filter(({ endpoint }) => endpoint.timeField !== undefined);
  const isProven = ({ endpoint }: Examined) => endpoint.isProven;
  const inTurn = async (some: readonly Examined[], ask: (one: Examined) => Promise<void>) => {
    for (const one of some) await ask(one);
  };
  await inTurn(
    timed.filter((one) => !isProven(one)),
    askFilter,
  );
  await inTurn(all, askFlags);
  const [charges, events, customers] = ['/charges', '/events', '/customers'].map(named);
  const now = Date.now();
  const oldCharges = charges === undefined ? 'not asked' : await askOldCharges(charges, now);
  const oldEvents = events === undefined ? 'not asked' : await askOldEvents(events, now);
  await inTurn(all, askNextPage);
  await inTurn(timed.filter(isProven), askFilter);
  await inTurn(timed, askBounds);
  const naiveBound = customers === undefined ? 'not asked' : await askNaiveBound(customers);
  const pageNumbers = customers === undefined ? 'not asked' : await askPageNumbers(customers);
  await inTurn(timed, askSort);
  await inTurn(all, askPageSize);
  const link = linkParameter(all);
  const general: General = { scopes, naiveBound, pageNumbers, oldCharges, oldEvents, link };
  const findings = all.map((one) => one.conclude(Date.now()));
  const { asked, stopped, headerNames: headers } = interview;
  const facts = verdictsOf({ general, endpoints: findings, headers });
  return { asked, most, stopped, general, headers, endpoints: findings, facts };
}
