/**
 * Remembers the latest results of a function of a row's index: neighbours on a page show the same people and
 * goods. Bounded: a result gives way to the next one that falls on its place.
 */
export function remember<T>(places: number, make: (index: number) => T): (index: number) => T {
  const indexes = new Float64Array(places).fill(-1);
  const results: T[] = [];
  return (index) => {
    const place = index % places;
    if (indexes[place] !== index) {
      results[place] = make(index);
      indexes[place] = index;
    }
    return results[place] as T;
  };
}
