import type { ApiObject } from '../recharge/answer.ts';
import { SingletonStream } from '../sync/singleton.ts';
import { shop } from './schemas/shop.schema.ts';

/** https://developer.rechargepayments.com/2021-01/shop */
export class Shop extends SingletonStream {
  override readonly name = 'shop';
  override readonly scopes = [['store_info', 'read_store']];
  override readonly version = '2021-01';
  override readonly schema = shop;

  // The answer is two objects side by side and has no key of its own.
  protected override record(body: ApiObject): ApiObject {
    const { id } = super.record(body);
    return { id: id ?? (body['store'] as ApiObject | undefined)?.['id'], ...body };
  }
}
