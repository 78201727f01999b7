import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { memberships } from './schemas/memberships.schema.ts';

export class Memberships extends FullRefreshStream {
  override readonly name = 'memberships';
  override readonly scopes = ['read_memberships'];
  override readonly schema = memberships;
  // Without them the cancelled and the deleted ones are hidden.
  override readonly flags = ['include_cancelled', 'include_deleted'];
}
