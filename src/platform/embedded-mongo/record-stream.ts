/** A found document. */
export interface Found {
  readonly recordId: number;
  readonly bytes: Buffer;
}

/** Results in portions; a portion is returned without a promise if it need not be waited for. */
export interface Stream<T> {
  /** Returns at most `max` elements. An empty portion means the end. */
  pull(max: number): readonly T[] | Promise<readonly T[]>;
  /** Must be called in any case, also after the end. */
  close(): void;
}

export const isPromise = <T>(value: T | Promise<T>): value is Promise<T> => value instanceof Promise;

/** Calls `next` with a value, synchronously if it is not a promise. */
export function then<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Converts a list to a stream. */
export function streamOf<T>(elements: Iterable<T>): Stream<T> {
  const iterator = elements[Symbol.iterator]();
  return {
    pull: (max) => {
      const portion: T[] = [];
      while (portion.length < max) {
        const next = iterator.next();
        if (next.done === true) break;
        portion.push(next.value);
      }
      return portion;
    },
    close: () => undefined,
  };
}

const PORTION_SIZE = 1_000;

/** Passes every portion to `take`, then closes the stream. Synchronous if no portion has to be waited for. */
export function forEachPortion<T>(
  stream: Stream<T>,
  take: (portion: readonly T[]) => void,
  size = PORTION_SIZE,
): undefined | Promise<undefined> {
  try {
    for (;;) {
      const portion = stream.pull(size);
      if (isPromise(portion)) return takeRest(stream, portion, take, size);
      if (portion.length === 0) break;
      take(portion);
    }
  } catch (error) {
    stream.close();
    throw error;
  }
  stream.close();
  return undefined;
}

async function takeRest<T>(
  stream: Stream<T>,
  first: Promise<readonly T[]>,
  take: (portion: readonly T[]) => void,
  size: number,
): Promise<undefined> {
  try {
    for (let portion = await first; portion.length > 0; portion = await stream.pull(size)) take(portion);
  } finally {
    stream.close();
  }
  return undefined;
}

/** Returns all elements of a stream. */
export function collect<T>(stream: Stream<T>): readonly T[] | Promise<readonly T[]> {
  const all: T[] = [];
  return then(
    forEachPortion(stream, (portion) => {
      for (const element of portion) all.push(element);
    }),
    () => all,
  );
}

/** Maps each portion with a function, which may omit elements. */
export function mapPortions<T, R>(stream: Stream<T>, map: (portion: readonly T[]) => readonly R[]): Stream<R> {
  const pull = (max: number): readonly R[] | Promise<readonly R[]> =>
    then(stream.pull(max), (portion) => {
      if (portion.length === 0) return [];
      const mapped = map(portion);
      // An empty result would mean the end, so it pulls the next portion.
      return mapped.length > 0 ? mapped : pull(max);
    });
  return {
    pull,
    close: () => {
      stream.close();
    },
  };
}

/** Skips the first `skip` elements, and ends after `limit` elements (0: no limit). */
export function sliced<T>(stream: Stream<T>, skip: number, limit: number): Stream<T> {
  if (skip === 0 && limit === 0) return stream;
  let [skipped, taken] = [0, 0];
  const pull = (max: number): readonly T[] | Promise<readonly T[]> => {
    const room = Math.min(max, limit > 0 ? limit - taken : Infinity);
    if (room <= 0) return [];
    return then(
      stream.pull(Math.min(Number.MAX_SAFE_INTEGER, room + Math.min(skip - skipped, PORTION_SIZE))),
      (portion) => {
        if (portion.length === 0) return [];
        const leaveOut = Math.min(skip - skipped, portion.length);
        skipped += leaveOut;
        const rest = portion.slice(leaveOut, leaveOut + room);
        taken += rest.length;
        return rest.length > 0 ? rest : pull(max);
      },
    );
  };
  return {
    pull,
    close: () => {
      stream.close();
    },
  };
}
