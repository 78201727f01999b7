import { FullRefreshStream } from '../sync/full-refresh-stream.ts';
import { accounts } from './schemas/accounts.schema.ts';

export class Accounts extends FullRefreshStream {
  override readonly name = 'accounts';
  override readonly scopes = ['read_accounts'];
  override readonly schema = accounts;
}
