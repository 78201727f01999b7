import { Draws } from '../data/random.ts';
import type { FaultKind, FaultRates, SandboxRequest } from '../options.ts';

/** Which requests a planned fault waits for: a path, or anything a function can tell. */
export type FaultMatch = string | ((request: SandboxRequest) => boolean);

/** An answer made up for a test: any status, with any headers and text. */
export interface MadeAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface Planned {
  readonly fault: FaultKind | MadeAnswer;
  readonly match: FaultMatch | undefined;
  left: number;
}

/** Decides which requests go wrong: first those planned one by one, then by chance. */
export class FaultPlan {
  private rates: Partial<FaultRates>;
  private planned: Planned[] = [];
  private readonly draws: Draws;

  constructor(rates: Partial<FaultRates>, seed: number) {
    this.rates = rates;
    this.draws = new Draws(seed);
  }

  /** The probabilities of faults by chance. */
  get current(): Partial<FaultRates> {
    return this.rates;
  }

  /** From now on, faults come with these probabilities. */
  setRates(rates: Partial<FaultRates>): void {
    this.rates = rates;
  }

  /** The next `times` matching requests end in this fault or answer. */
  plan(fault: FaultKind | MadeAnswer, times: number, match?: FaultMatch): void {
    this.planned.push({ fault, match, left: times });
  }

  /** The fault that this request meets, if any. */
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
