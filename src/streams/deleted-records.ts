import type { JsonObject } from '../airbyte/index.ts';
import type { ApiObject } from '../recharge/api-object.ts';
import { IncrementalStream } from '../sync/incremental-stream.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import { eventsListing } from './events-listing.ts';
import { deletedRecords } from './schemas/deleted-records.schema.ts';

/** What was deleted, of whatever stream, as far as Recharge makes an event of it. */
export class DeletedRecords extends IncrementalStream {
  override readonly name = 'deleted_records';
  override readonly scopes = ['read_events'];
  override readonly schema = deletedRecords;
  override readonly resource = 'events';
  override readonly query = { verbs: 'deleted' };
  override readonly cursorField = 'deleted_at';
  override readonly listing = serverFiltered(eventsListing('deletions'));

  // Should the API not keep to the verb, its other events are no deletions.
  override extractRecords(event: ApiObject): readonly JsonObject[] {
    if (event['verb'] !== 'deleted') return [];
    const {
      id = null,
      object_type = null,
      object_id = null,
      customer_id = null,
      created_at = null,
    } = event as JsonObject;
    return [{ id, object_type, object_id, customer_id, deleted_at: created_at }];
  }
}
