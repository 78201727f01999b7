import { FullRefreshStream } from '../sync/full-refresh.ts';
import { memberships } from './schemas/memberships.ts';

/** https://developer.rechargepayments.com/2021-11/memberships */
export class Memberships extends FullRefreshStream {
  override readonly name = 'memberships';
  override readonly scopes = ['read_memberships?'];
  override readonly schema = memberships;
}
