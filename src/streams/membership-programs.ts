import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { membershipPrograms } from './schemas/membership-programs.schema.ts';

export class MembershipPrograms extends FullRefreshStream {
  override readonly name = 'membership_programs';
  override readonly scopes = ['read_memberships?'];
  override readonly schema = membershipPrograms;
  // Without it the deleted ones are hidden.
  override readonly flags = ['include_deleted'];
}
