import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The least that any source does for the lines of these pages: each page parsed from its bytes, each line made, a page's
// lines in a Buffer. Says the processor's seconds for that, user and system, with Node's start, but without the reading.
const [folder = '', rows, ...tables] = process.argv.slice(2);
const pages = readdirSync(folder).map((file) => join(folder, file));

/** Microseconds. */
let spentOnReading = 0;

function spent(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function bytesOf(page: string): Uint8Array {
  const before = spent();
  const bytes = readFileSync(page);
  spentOnReading += spent() - before;
  return bytes;
}

type Charge = Record<string, unknown>;

const line = (stream: string, data: object) =>
  `${JSON.stringify({ type: 'RECORD', record: { stream, data, emitted_at: Date.now() } })}\n`;

for (let left = Number(rows); left > 0; ) {
  for (const page of pages) {
    const { charges }: { charges: Charge[] } = JSON.parse(new TextDecoder().decode(bytesOf(page)));
    const lines: string[] = [];
    for (const charge of charges.slice(0, left)) {
      lines.push(line('charges', charge));
      for (const table of tables)
        for (const [index, item] of itemsOf(charge, table).entries())
          lines.push(
            line(`charge_${table}`, {
              charge_id: charge['id'],
              index,
              updated_at: charge['updated_at'],
              ...item,
            }),
          );
    }
    Buffer.from(lines.join(''));
    left -= Math.min(left, charges.length);
  }
}
console.log((spent() - spentOnReading) / 1_000_000);

function itemsOf(charge: Charge, table: string): readonly object[] {
  const holder = table === 'utm_params' ? (charge['analytics_data'] as Charge | null) : charge;
  const list = holder?.[table];
  return Array.isArray(list) ? list : [];
}
