import type { Switches } from '../options.ts';
import type { ResourceName } from '../resources.ts';
import type { Slot } from '../store/sorted-index.ts';
import type { Table } from '../store/table.ts';

const DAY = 86_400;

const PAID: ReadonlySet<unknown> = new Set(['success', 'refunded', 'partially_refunded']);

/**
 * True for a row that the API would not show at this second (docs/recharge-api.md#old-charges,
 * docs/recharge-api.md#hidden-rows, docs/recharge-api.md#events).
 */
export function isHidden(
  resource: ResourceName,
  table: Table,
  slot: Slot,
  now: number,
  flags: ReadonlySet<string>,
  switches: Switches,
): boolean {
  if (resource === 'charges') return isOldPaidCharge(table, slot, now, switches.chargeWindowDays);
  if (resource === 'onetimes')
    return !flags.has('include_cancelled') && table.fact(slot, 'is_cancelled') === 1;
  if (resource === 'memberships' && !flags.has('include_cancelled') && table.fact(slot, 'is_cancelled') === 1)
    return true;
  if (resource === 'payment_methods' || resource === 'memberships' || resource === 'membership_programs')
    return !flags.has('include_deleted') && table.fact(slot, 'deleted_at') !== null;
  if (resource === 'events') return Number(table.fact(slot, 'created_at')) < now - EVENT_DAYS * DAY;
  return false;
}

/** Days for which events are served (docs/recharge-api.md#events). */
export const EVENT_DAYS = 7;

function isOldPaidCharge(table: Table, slot: Slot, now: number, days: number | null): boolean {
  if (days === null || !PAID.has(table.fact(slot, 'status'))) return false;
  const processed = table.fact(slot, 'processed_at');
  return typeof processed === 'number' && processed < now - days * DAY;
}
