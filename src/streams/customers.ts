import { IncrementalStream } from '../sync/incremental-stream.ts';
import { customers } from './schemas/customers.schema.ts';

export class Customers extends IncrementalStream {
  override readonly name = 'customers';
  override readonly scopes = ['read_customers'];
  override readonly schema = customers;
}
