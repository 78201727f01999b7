import { IncrementalStream } from '../sync/incremental-stream.ts';
import { clientFiltered } from '../sync/unsorted.ts';
import { collections } from './schemas/collections.schema.ts';

export class Collections extends IncrementalStream {
  override readonly name = 'collections';
  override readonly scopes = ['read_products'];
  override readonly schema = collections;
  override readonly listing = clientFiltered();
}
