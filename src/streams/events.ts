import { IncrementalStream } from '../sync/incremental-stream.ts';
import { serverFiltered } from '../sync/server-filtered.ts';
import { eventsListing } from './events-listing.ts';
import { events } from './schemas/events.schema.ts';

export class Events extends IncrementalStream {
  override readonly name = 'events';
  override readonly scopes = ['read_events'];
  override readonly schema = events;
  override readonly cursorField = 'created_at';
  override readonly listing = serverFiltered(eventsListing('events'));
}
