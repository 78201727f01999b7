import type { FailureType } from './protocol.ts';

/**
 * An error that says what to do next.
 *
 * `message` is for the user: what happened, to what, and the cure, in plain sentences.
 * `internal` is for whoever reads the log. Neither holds a secret or the content of a record.
 * `type` decides what the platform does (E-01): config_error is shown and not retried,
 * transient_error is retried, system_error is a fault of this program.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly type: FailureType;
  readonly internal: string | undefined;

  constructor(type: FailureType, message: string, options: { internal?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.type = type;
    this.internal = options.internal;
  }
}

export function configError(message: string, internal?: string): Failure {
  return new Failure('config_error', message, internal === undefined ? {} : { internal });
}

/** Any thrown value as a Failure; what nobody foresaw is a fault of this program. */
export function toFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return thrown;
  const inner = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown: ${typeof thrown}`;
  return new Failure(
    'system_error',
    'Something went wrong inside the connector; please report it with the log of this run.',
    {
      internal: inner,
      cause: thrown,
    },
  );
}

/** By name: a bundle may hold this module twice. */
function isFailure(thrown: unknown): thrown is Failure {
  return thrown instanceof Error && thrown.name === 'Failure' && 'type' in thrown;
}

/** The stack of what caused it, for a trace's `stack_trace`; what the user is to mend has none. */
export function stackOf(failure: Failure): string | undefined {
  const { cause, type } = failure;
  if (type === 'config_error') return undefined;
  return cause instanceof Error ? cause.stack : type === 'system_error' ? failure.stack : undefined;
}
