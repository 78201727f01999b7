import { store } from './schemas/store.schema.ts';
import { SingletonStream } from '../sync/singleton.ts';

/** https://developer.rechargepayments.com/2021-11/store */
export class Store extends SingletonStream {
  override readonly name = 'store';
  override readonly scopes = [['store_info', 'read_store']];
  override readonly schema = store;
}
