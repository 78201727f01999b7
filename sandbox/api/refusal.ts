import type { JsonObject } from '../json.ts';

/** A response other than 200, thrown where the request is found wrong. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, body: JsonObject) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

/** 404 as recorded (docs/recharge-api.md#error-bodies). */
export function notFound(): Refusal {
  return new Refusal(404, { errors: 'Not Found' });
}

/** 422 about one parameter (docs/recharge-api.md#error-bodies). */
export function invalid(parameter: string, message: string): Refusal {
  return new Refusal(422, { errors: { [parameter]: [message] } });
}

/** 422 about the request as a whole (docs/recharge-api.md#error-bodies). */
export function invalidWhole(message: string): Refusal {
  return invalid('_schema', message);
}

/** 501: the path is of the other version (docs/recharge-api.md#versions). */
export function notImplemented(version: string): Refusal {
  return new Refusal(501, { errors: `Not implemented in version ${version}` });
}
