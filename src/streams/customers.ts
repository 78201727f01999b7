import { IncrementalStream } from '../sync/incremental.ts';
import { customers } from './schemas/customers.ts';

/** https://developer.rechargepayments.com/2021-11/customers */
export class Customers extends IncrementalStream {
  override readonly name = 'customers';
  override readonly scopes = ['read_customers'];
  override readonly schema = customers;
}
