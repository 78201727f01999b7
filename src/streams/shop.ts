import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { singleObject } from '../sync/pagination.ts';
import { shop } from './schemas/shop.schema.ts';

export class Shop extends FullRefreshStream {
  override readonly name = 'shop';
  override readonly scopes = [['store_info', 'read_store']];
  override readonly version = '2021-01';
  override readonly schema = shop;
  // The answer is two objects side by side and has no key of its own.
  override readonly pages = singleObject(({ id }, body) => ({
    id: id ?? (body['store'] as { readonly id?: unknown } | undefined)?.id,
    ...body,
  }));
}
