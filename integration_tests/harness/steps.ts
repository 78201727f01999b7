/** The named steps of a script that is no test file, each printed with what came of it; docs/conformance.md names them. */
export class Steps {
  private readonly failures: string[] = [];

  /** @returns whether nothing is wrong so far. */
  get good(): boolean {
    return this.failures.length === 0;
  }

  /** Ends a step, good where there are no problems. */
  step(name: string, problems: readonly string[]): void {
    for (const problem of problems) process.stdout.write(`WRONG ${name}: ${problem}\n`);
    if (problems.length > 0) this.failures.push(name);
    else process.stdout.write(`ok ${name}\n`);
  }

  /** A step that returns its problems; an error is one too, so that whoever fails does not leave others behind. */
  async all(name: string, work: () => Promise<readonly string[]>): Promise<void> {
    this.step(name, await work().catch((error: unknown) => [String(error)]));
  }
}
