import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { faultNames } from './faults.ts';
import { brokenProxy, brokenTls, failingDns } from './network.ts';
import { type Scene, tell } from './story.ts';
import { jumpingClock, libfaketime, slowReader, tornDisk } from './surroundings.ts';
import { injectedIn, type Numbered, summaryOf, writeSummary } from './table.ts';

/**
 * `npm run test:chaos`: stores synced through faults until so many were injected; docs/reliability.md says what must hold.
 * A run of 10,000 writes its table there. `--story N` tells one story alone. All is drawn from SEED.
 */
const full = 10_000;
const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: String(full) },
    story: { type: 'string' },
    'at-once': { type: 'string', default: '2' },
    minutes: { type: 'string', default: 'Infinity' },
    write: { type: 'boolean' },
    'no-clock': { type: 'boolean' },
  },
});
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const mixed: Scene = { name: 'mixed', kinds: faultNames };
const hasClock = values['no-clock'] !== true && libfaketime() !== undefined;
/** Those beside the answers come early, for a short run has them too; each kind alone, and as often all of them. */
const scenes: readonly Scene[] = [
  mixed,
  { ...mixed, name: 'destination stalls', around: slowReader },
  { ...mixed, name: 'torn disk', around: tornDisk },
  ...(hasClock ? [{ ...mixed, name: 'clock jumps', around: jumpingClock }] : []),
  { ...mixed, name: 'TLS', around: brokenTls },
  { ...mixed, name: 'DNS', around: failingDns },
  { ...mixed, name: 'proxy', around: brokenProxy },
  ...faultNames.map((name) => ({ name, kinds: [name] })),
  ...faultNames.map(() => mixed),
];
/** Those in which something fails beside the answers are told however few faults are wanted. */
const fewestStories = scenes.length - 2 * faultNames.length;
const print = (line: string) => process.stdout.write(`${line}\n`);

async function tellStory(index: number): Promise<Numbered> {
  const told = await tell(scenes[index % scenes.length] ?? mixed, seed + index);
  const { scene, syncs, kills, lost, worstMs, peakMb } = told;
  print(
    `story ${index}, ${scene}: ${injectedIn([told])} faults, ${syncs} syncs, ${kills} killed, ${lost} rows lost, ${(worstMs / 1000).toFixed(1)} s, ${Math.round(peakMb)} MB`,
  );
  for (const problem of told.problems) print(`WRONG story ${index}, ${scene}: ${problem}`);
  return { index, ...told };
}

async function tellAll(faults: number): Promise<readonly Numbered[]> {
  const told: Numbered[] = [];
  let next = 0;
  const end = performance.now() + Number(values.minutes) * 60_000;
  const teller = async () => {
    while ((injectedIn(told) < faults || next < fewestStories) && performance.now() < end)
      told.push(await tellStory(next++));
  };
  await Promise.all(Array.from({ length: Number(values['at-once']) }, teller));
  return told;
}

print(`SEED=${seed}`);
const faults = Number(values.faults);
const told = values.story === undefined ? await tellAll(faults) : [await tellStory(Number(values.story))];
const summary = summaryOf(told, seed);
print(`\n${summary.table}\n\n${summary.sentences}`);
if (values.story === undefined && (values.write ?? faults >= full)) writeSummary(summary);
const wrong = told
  .filter(({ problems }) => problems.length > 0)
  .map(({ index, scene }) => `story ${index} (${scene})`);
if (!hasClock && values['no-clock'] !== true)
  wrong.push(
    'clock jumps, which were not run: libfaketime is not there (apt-get install libfaketime, or --no-clock)',
  );
else if (!hasClock) print('Clock jumps were not run, as --no-clock asks.');
print(wrong.length === 0 ? 'Everything held.' : `WRONG: ${wrong.join('; ')}`);
// Node 26 may go round for ever where it closes the sockets that were reset.
process.exit(wrong.length === 0 ? 0 : 1);
