import { Draws } from '../data/random.ts';
import type { FaultKind, FaultRates, SandboxRequest } from '../options.ts';

/** Which requests a planned fault is for: those of a path, or those a function accepts. */
export type FaultMatch = string | ((request: SandboxRequest) => boolean);

/** A response that a test gives: any status, headers and text. */
export interface MadeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Planned {
  readonly fault: FaultKind | MadeAnswer;
  readonly match: FaultMatch | undefined;
  left: number;
}

/** Decides which requests fail: planned faults first, then by probability. */
export class FaultPlan {
  private rates: Partial<FaultRates>;
  private planned: Planned[] = [];
  private readonly draws: Draws;

  constructor(rates: Partial<FaultRates>, seed: number) {
    this.rates = rates;
    this.draws = new Draws(seed);
  }

  /** Sets the probability of each fault from now on. */
  setRates(rates: Partial<FaultRates>): void {
    this.rates = rates;
  }

  /** The next `times` matching requests end in this fault or response. */
  plan(fault: FaultKind | MadeAnswer, times: number, match?: FaultMatch): void {
    this.planned.push({ fault, match, left: times });
  }

  /** The fault of this request, if it has one. */
  next(request: SandboxRequest): FaultKind | MadeAnswer | undefined {
    const planned = this.planned.find(({ match, left }) => left > 0 && matches(match, request));
    if (planned) {
      planned.left -= 1;
      this.planned = this.planned.filter(({ left }) => left > 0);
      return planned.fault;
    }
    let chance = this.draws.next();
    for (const [kind, rate] of Object.entries(this.rates) as [FaultKind, number][]) {
      if (chance < rate) return kind;
      chance -= rate;
    }
    return undefined;
  }
}

function matches(match: FaultMatch | undefined, request: SandboxRequest): boolean {
  if (match === undefined) return true;
  return typeof match === 'string' ? request.path === match : match(request);
}
