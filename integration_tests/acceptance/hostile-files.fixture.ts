import { sharedStore } from '../streams/connection.ts';

export const storeOfFew = () => sharedStore({ size: { orders: 40, collections: 0 } });

/** So many streams, none of which there is. */
export const catalogOf = (count: number) => ({
  streams: Array.from({ length: count }, (_, index) => ({
    stream: { name: `orders${index}`, json_schema: {}, supported_sync_modes: ['full_refresh'] },
    sync_mode: 'full_refresh',
    destination_sync_mode: 'overwrite',
  })),
});
