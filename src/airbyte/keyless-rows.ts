import { configError, type ConnectorError } from './connector-error.ts';

/** As many rows are said where they are. */
const mostPlaces = 5;

/** The rows of one stream, in one sync, that came without a usable key and so were not written. */
export class KeylessRows {
  readonly #stream: string;
  readonly #warn: (sentence: string) => void;
  readonly #places: string[] = [];
  #count = 0;

  /** @param warn called for the first few, as they come: what is killed before its end has told of them */
  constructor(stream: string, warn: (sentence: string) => void) {
    this.#stream = stream;
    this.#warn = warn;
  }

  get count(): number {
    return this.#count;
  }

  /** @param place where the row is, without any value of it but a time */
  add(place: string): void {
    this.#count += 1;
    if (this.#places.length === mostPlaces) return;
    this.#places.push(place);
    this.#warn(`${this.#stream}: a row came without a usable key and is left out: ${place}.`);
  }

  /** How many, and where the first few are. */
  summary(): string {
    const more = this.#count - this.#places.length;
    const where = this.#places.join('; ') + (more > 0 ? `; and ${more} more` : '');
    const [rows, were] = this.#count === 1 ? ['row', 'was'] : ['rows', 'were'];
    return `${this.#count} ${rows} of ${this.#stream} came without a usable key and ${were} left out: ${where}.`;
  }

  /** What the stream fails with though it was read to its end. */
  error(isFullRefresh: boolean): ConnectorError {
    return configError(`${this.summary()} ${isFullRefresh ? fullRefresh : incremental}`);
  }
}

const incremental =
  'All other rows were written, and the state is past these: the next sync does not read them again. Have their keys mended in the API, then refresh the stream to get them.';
const fullRefresh =
  'All other rows were read, but a table without these would be no whole one, so this full refresh does not end as complete and the destination keeps the old table. It is the same at every sync until their keys are mended in the API.';
