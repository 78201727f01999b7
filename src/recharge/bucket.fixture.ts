import { Bucket, type Sent } from './bucket.ts';

/**
 * A leaky bucket as the API has it (docs/recharge-api.md#rate-limit), seen over a network, in virtual time.
 */
export interface World {
  readonly size: number;
  readonly leakPerSecond: number;
  /** Milliseconds from request to answer, from a chance in [0, 1). */
  readonly latency: (chance: number) => number;
  readonly countOn: 'request' | 'response';
  /** Calls a second that another program spends. */
  readonly elsewhere: number;
  /** Calls in the bucket when we begin. */
  readonly begunAt: number;
}

export interface Result {
  readonly seconds: number;
  readonly refused: number;
  /** The leak that our model ended with, in calls a second. */
  readonly leak: number;
}

/** Sends so many calls as fast as our model lets them go, at most 200 under way, and says what came of it. */
export function simulate(
  world: World,
  guess: { size: number; leakPerSecond: number },
  calls: number,
  seed = 1,
): Result {
  return new Simulation(world, guess, calls, seed).run();
}

class Simulation {
  readonly #world: World;
  readonly #calls: number;
  readonly #bucket: Bucket;
  readonly #events: { at: number; run: () => void }[] = [];
  #chance: number;
  #now = 0;
  #level: number;
  #levelAt = 0;
  #answered = 0;
  #underWay = 0;
  #refused = 0;
  #alarm = 0;

  constructor(world: World, guess: { size: number; leakPerSecond: number }, calls: number, seed: number) {
    this.#world = world;
    this.#calls = calls;
    this.#chance = seed;
    this.#level = world.begunAt;
    this.#bucket = new Bucket(guess, 0);
  }

  run(): Result {
    if (this.#world.elsewhere > 0) this.#spendElsewhere();
    this.#send();
    while (this.#answered < this.#calls) {
      const event = this.#events.shift();
      if (event === undefined || event.at > 1e8)
        throw new Error(`stuck with ${this.#answered} of ${this.#calls} calls`);
      this.#now = event.at;
      event.run();
    }
    return { seconds: this.#now / 1000, refused: this.#refused, leak: this.#bucket.leakPerSecond };
  }

  #send(): void {
    while (this.#underWay < 200 && this.#answered + this.#underWay < this.#calls) {
      const waitMs = this.#bucket.waitMs(this.#now);
      if (waitMs > 0) {
        const alarm = ++this.#alarm;
        this.#at(this.#now + Math.ceil(waitMs), () => alarm === this.#alarm && this.#send());
        return;
      }
      this.#underWay++;
      const latency = this.#world.latency(this.#random());
      const answerAt = this.#now + latency;
      const sent = this.#bucket.sent(this.#now);
      this.#at(this.#now + Math.min(latency / 2, 20 + this.#random() * 60), () =>
        this.#arrive(sent, answerAt),
      );
    }
  }

  #arrive(sent: Sent, answerAt: number): void {
    if (this.#leak() + 1 > this.#world.size) {
      this.#refused++;
      this.#at(this.#now + 30, () => {
        this.#underWay--;
        this.#bucket.refused(sent, this.#now + 1_000);
        this.#send();
      });
      return;
    }
    const counted = this.#world.countOn === 'request' ? ++this.#level : undefined;
    this.#at(answerAt, () => {
      if (counted === undefined) this.#level = this.#leak() + 1;
      this.#underWay--;
      this.#answered++;
      this.#bucket.answered(sent, Math.ceil(counted ?? this.#level), this.#world.size);
      this.#send();
    });
  }

  #spendElsewhere(): void {
    if (this.#leak() + 1 <= this.#world.size) this.#level++;
    this.#at(this.#now + (1000 / this.#world.elsewhere) * (0.5 + this.#random()), () =>
      this.#spendElsewhere(),
    );
  }

  #leak(): number {
    this.#level = Math.max(0, this.#level - ((this.#now - this.#levelAt) / 1000) * this.#world.leakPerSecond);
    this.#levelAt = this.#now;
    return this.#level;
  }

  #at(at: number, run: () => void): void {
    const index = this.#events.findLastIndex((event) => event.at <= at);
    this.#events.splice(index + 1, 0, { at, run });
  }

  #random(): number {
    this.#chance = (this.#chance * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return this.#chance / 4_294_967_296;
  }
}
