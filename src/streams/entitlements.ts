import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { entitlements } from './schemas/entitlements.schema.ts';

export class Entitlements extends FullRefreshStream {
  override readonly name = 'entitlements';
  override readonly scopes = [['read_entitlements?', 'read_memberships?']];
  override readonly schema = entitlements;
}
