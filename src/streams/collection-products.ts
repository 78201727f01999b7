import { listingPages } from '../recharge/restarting.ts';
import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { perParent } from '../sync/substream.ts';
import { collectionProducts } from './schemas/collection-products.schema.ts';

export class CollectionProducts extends FullRefreshStream {
  override readonly name = 'collection_products';
  override readonly scopes = ['read_products'];
  override readonly schema = collectionProducts;
  override readonly resource = 'collections';
  override readonly primaryKey = ['collection_id', 'external_product_id'];
  override readonly pages = perParent((collectionId, collections) =>
    listingPages({
      ...collections,
      path: '/collection_products',
      key: 'collection_products',
      query: () => ({ collection_id: collectionId }),
    }),
  );
}
