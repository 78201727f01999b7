import { IncrementalStream } from '../sync/incremental-stream.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import { bundleSelections } from './schemas/bundle-selections.schema.ts';

export class BundleSelections extends IncrementalStream {
  override readonly name = 'bundle_selections';
  override readonly scopes = ['read_subscriptions'];
  override readonly mayNeedPlan = true;
  override readonly schema = bundleSelections;
  override readonly listing = serverFiltered();
}
