/**
 * The JSON texts of the rows that were served last, up to a number of bytes. It has two generations: when the
 * newer one has filled half of the bytes, the older one is dropped.
 */
export class RowCache {
  private readonly halfBytes: number;
  private young = new Map<string, Map<number, Buffer>>();
  private old = new Map<string, Map<number, Buffer>>();
  private youngBytes = 0;

  constructor(bytes: number) {
    this.halfBytes = bytes / 2;
  }

  /** The text of row `index` of a resource; made when it is not cached. */
  get(resource: string, index: number, make: () => Buffer): Buffer {
    const young = this.young.get(resource)?.get(index);
    if (young) return young;
    const text = this.old.get(resource)?.get(index) ?? make();
    this.keep(resource, index, text);
    return text;
  }

  private keep(resource: string, index: number, text: Buffer): void {
    this.youngBytes += text.length;
    if (this.youngBytes > this.halfBytes) {
      this.old = this.young;
      this.young = new Map();
      this.youngBytes = text.length;
    }
    let rows = this.young.get(resource);
    if (!rows) {
      rows = new Map();
      this.young.set(resource, rows);
    }
    rows.set(index, text);
  }
}
