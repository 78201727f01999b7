import type { FaultKind, Sandbox } from '../../sandbox/index.ts';
import type { FaultMatch, MadeAnswer } from '../../sandbox/http/faults.ts';

export type Broken = FaultKind | MadeAnswer;

/** The next requests that match end so. */
export function spoil(sandbox: Sandbox, broken: Broken, times: number, match: FaultMatch): void {
  if (typeof broken === 'string') sandbox.failNext(broken, times, match);
  else sandbox.answerNext(broken, times, match);
}
export const status = (code: number, headers = {}): MadeAnswer => ({
  status: code,
  headers,
  body: '{"error":"try again"}',
});
export const packed = (encoding: string, body: Buffer | string): MadeAnswer => ({
  status: 200,
  headers: { 'Content-Encoding': encoding },
  body,
});
