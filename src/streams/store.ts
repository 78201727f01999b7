import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { singleObject } from '../sync/pagination.ts';
import { store } from './schemas/store.schema.ts';

export class Store extends FullRefreshStream {
  override readonly name = 'store';
  override readonly scopes = [['store_info', 'read_store']];
  override readonly schema = store;
  override readonly pages = singleObject();
}
