import { cursorPages, type Get, type Page } from '../recharge/pages.ts';
import type { Query } from '../recharge/client.ts';
import { CompleteListingStream } from '../sync/complete-listing.ts';
import { metafields } from './schemas/metafields.schema.ts';

/** Metafields, which the API lists owner by owner. https://developer.rechargepayments.com/2021-11/metafields */
export abstract class MetafieldsOfOwners extends CompleteListingStream {
  abstract readonly owners: readonly (
    | 'address'
    | 'charge'
    | 'customer'
    | 'order'
    | 'store'
    | 'subscription'
  )[];
  override readonly schema = metafields;
  override readonly resource = 'metafields';

  protected override get query(): Query {
    return { owner_resource: this.owners[0] ?? '' };
  }

  protected override async *pages(get: Get): AsyncGenerator<Page> {
    for (const owner of this.owners)
      yield* cursorPages(get, { ...this.listing, query: () => ({ owner_resource: owner }) });
  }
}
