/** Writes LOG messages. They may hold counts, names and times, but never the content of a record. */
export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
}
