import type { FailureType } from './protocol.ts';

/**
 * An error that says what to do next.
 *
 * `message` is for the user: what happened, to what, and the remedy, in plain sentences.
 * `internal` is for whoever reads the log. Neither may hold a secret or the content of a record.
 * `type` decides what the platform does: it shows a config_error and does not retry, it retries a transient_error,
 * and it takes a system_error for a fault of this program.
 */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly type: FailureType;
  readonly internal: string | undefined;
  /** What to add to the message where every stream of a sync fails with this to add. */
  readonly ifAll: string | undefined;

  constructor(
    type: FailureType,
    message: string,
    options: { internal?: string | undefined; cause?: unknown; ifAll?: string } = {},
  ) {
    super(message, options);
    this.type = type;
    this.internal = options.internal;
    this.ifAll = options.ifAll;
  }
}

/** An error that the user can mend; the platform does not retry it. */
export function configError(message: string): ConnectorError {
  return new ConnectorError('config_error', message);
}

/** Any thrown value as a ConnectorError. What is none becomes a system_error. */
export function toConnectorError(thrown: unknown): ConnectorError {
  // By name, not by class: two bundles of one program each hold a copy of this module.
  if (thrown instanceof Error && thrown.name === 'ConnectorError' && 'type' in thrown)
    return thrown as ConnectorError;
  const internal = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `thrown: ${typeof thrown}`;
  return new ConnectorError(
    'system_error',
    'Something went wrong inside the connector; please report it with the log of this run.',
    { internal, cause: thrown },
  );
}

/** The stack for a trace's `stack_trace`: of the cause where there is one. A config_error has none. */
export function stackOf(error: ConnectorError): string | undefined {
  const { cause, type } = error;
  if (type === 'config_error') return undefined;
  return cause instanceof Error ? cause.stack : type === 'system_error' ? error.stack : undefined;
}
