import { IncrementalStream } from '../sync/incremental-stream.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import { creditAccounts } from './schemas/credit-accounts.schema.ts';

export class CreditAccounts extends IncrementalStream {
  override readonly name = 'credit_accounts';
  override readonly scopes = ['read_credit_accounts'];
  override readonly mayNeedPlan = true;
  override readonly schema = creditAccounts;
  override readonly listing = serverFiltered();
}
