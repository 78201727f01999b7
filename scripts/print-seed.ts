/** Once before all tests of a run. */
export default function printSeed(): void {
  process.stdout.write(`SEED=${process.env['SEED']} draws again what is random in these tests.\n`);
}
