import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseLossless } from '../../src/airbyte/index.ts';

/** The part of a protocol message that the demo uses. */
export interface Message {
  type: string;
  log?: { level: string; message: string };
  record?: { stream: string; data: object };
  state?: { stream: { stream_descriptor: { name: string }; stream_state: object } };
  catalog?: { streams: { name: string; json_schema: object; supported_sync_modes: string[] }[] };
  connectionStatus?: { status: string; message?: string };
  trace?: { type: string; error?: { message: string } };
}

/**
 * Runs the built connector and passes on each message as it arrives, with its line. @throws Error if it exits with
 * anything but 0
 */
export async function run(
  args: readonly string[],
  onMessage: (message: Message, line: string) => void,
): Promise<void> {
  const child = spawn('dist/source-recharge', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  let trouble = '';
  for await (const line of createInterface({ input: child.stdout })) {
    // The text of a record is kept, with every digit.
    const message = parseLossless(line) as unknown as Message;
    if (message.trace?.error !== undefined) trouble = message.trace.error.message;
    onMessage(message, line);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`source-recharge ${args[0]} ended with exit code ${code}. ${trouble}`);
}
