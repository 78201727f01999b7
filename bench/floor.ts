import { readFileSync } from 'node:fs';

// The least that any source does to print these pages: parse each page, make each line, write a page's lines
// as a Buffer.
const [file = '', rows, ...tables] = process.argv.slice(2);
const pages: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));

type Charge = Record<string, unknown>;

const line = (stream: string, data: object) =>
  `${JSON.stringify({ type: 'RECORD', record: { stream, data, emitted_at: Date.now() } })}\n`;

for (let left = Number(rows); left > 0; ) {
  for (const page of pages) {
    const { charges }: { charges: Charge[] } = JSON.parse(page);
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

function itemsOf(charge: Charge, table: string): readonly object[] {
  const holder = table === 'utm_params' ? (charge['analytics_data'] as Charge | null) : charge;
  const list = holder?.[table];
  return Array.isArray(list) ? list : [];
}
