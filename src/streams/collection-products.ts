import type { ApiObject } from '../recharge/answer.ts';
import { cursorPages, type Get } from '../recharge/pages.ts';
import { PerParentStream } from '../sync/per-parent.ts';
import { collectionProducts } from './schemas/collection-products.schema.ts';

/** https://developer.rechargepayments.com/2021-11/collection_products */
export class CollectionProducts extends PerParentStream {
  override readonly name = 'collection_products';
  override readonly scopes = ['read_products'];
  override readonly schema = collectionProducts;
  override readonly resource = 'collections';
  override readonly primaryKey = ['collection_id', 'external_product_id'];

  protected override async *recordsOf(collectionId: string, get: Get): AsyncGenerator<Iterable<ApiObject>> {
    const [path, key, query] = [
      '/collection_products',
      'collection_products',
      { collection_id: collectionId },
    ];
    for await (const { rows } of cursorPages(get, { ...this.listing, path, key, query: () => query }))
      yield rows;
  }
}
