import { type ApiObject, isObject } from '../recharge/answer.ts';
import { RechargeError } from '../recharge/errors.ts';
import type { Get } from '../recharge/pages.ts';
import { FullRefreshStream } from './full-refresh-stream.ts';

/** An endpoint that is one object. */
export abstract class SingletonStream extends FullRefreshStream {
  protected override async *records(get: Get): AsyncGenerator<Iterable<ApiObject>> {
    const { path, key, version } = this;
    const { body } = await get(
      () => ({ path, key, version }),
      () => {},
    );
    yield [this.record(body)];
  }

  /** The record in an answer. @throws RechargeError where there is none */
  protected record(body: ApiObject): ApiObject {
    const record = body[this.key];
    if (isObject(record)) return record;
    throw new RechargeError('malformed', this.path, `"${this.key}" is not an object`, 200);
  }
}
