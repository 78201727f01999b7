import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { giftPurchases } from './schemas/gift-purchases.schema.ts';

export class GiftPurchases extends FullRefreshStream {
  override readonly name = 'gift_purchases';
  override readonly scopes = ['read_gift_purchases'];
  override readonly schema = giftPurchases;
}
