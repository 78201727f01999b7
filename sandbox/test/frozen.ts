import type { ResourceName, Sandbox, SandboxOptions } from '../index.ts';
import { open } from './client.ts';

/** A sandbox with a stopped clock, closed after the test. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = new Date('2026-02-10T12:00:00.789Z');
  return open({ now, frozen: true, bucketSize: 100_000, ...options });
}

export const idAt = (sandbox: Sandbox, resource: ResourceName, at: number): number =>
  sandbox.rows(resource)[at]?.['id'] as number;

/** The verbs of the events, newest first. */
export const eventsAbout = (sandbox: Sandbox, type: string, id: number): unknown[] =>
  sandbox.served(`/events?object_type=${type}&object_id=${id}`).map((row) => row['verb']);
