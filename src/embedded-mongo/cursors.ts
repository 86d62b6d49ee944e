import { MongoError } from './mongo-error.js';

/** A cursor that nobody reads from for so long is closed. */
const IDLE_MS = 10 * 60 * 1000;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const FIRST_BATCH_SIZE = 101;

/** The rest of a result: what was found is fixed, and encoded when it is sent. */
export interface Cursor {
  readonly namespace: string;
  readonly rest: Iterator<Buffer>;
  /** Read from `rest`, but did not fit into the last batch. */
  ahead: Buffer | undefined;
  usedAt: number;
}

export interface Batch {
  readonly documents: readonly Buffer[];
  /** 0 when there is nothing more to read. */
  readonly cursorId: number;
}

/** The open cursors. */
export class Cursors {
  private readonly open = new Map<number, Cursor>();
  private nextId = Math.floor(Math.random() * 2 ** 40) + 1;

  /** Answers the first batch, and keeps a cursor for the rest if there is one. */
  start(namespace: string, documents: Iterable<Buffer>, batchSize = FIRST_BATCH_SIZE, single = false): Batch {
    const cursor: Cursor = { namespace, rest: documents[Symbol.iterator](), ahead: undefined, usedAt: Date.now() };
    const batch = read(cursor, batchSize);
    if (single || isDone(cursor)) return { documents: batch, cursorId: 0 };
    const cursorId = this.nextId++;
    this.open.set(cursorId, cursor);
    return { documents: batch, cursorId };
  }

  /** Throws 43 when there is no such cursor. */
  next(cursorId: number, namespace: string, batchSize = Infinity): Batch {
    const cursor = this.open.get(cursorId);
    if (!cursor) throw new MongoError(43, `cursor id ${cursorId} not found`);
    if (cursor.namespace !== namespace) {
      throw new MongoError(13, `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`);
    }
    cursor.usedAt = Date.now();
    const documents = read(cursor, batchSize === 0 ? Infinity : batchSize);
    if (!isDone(cursor)) return { documents, cursorId };
    this.open.delete(cursorId);
    return { documents, cursorId: 0 };
  }

  /** False when there is no such cursor. */
  kill(cursorId: number): boolean {
    return this.open.delete(cursorId);
  }

  closeIdle(now = Date.now()): void {
    for (const [id, cursor] of this.open) if (now - cursor.usedAt > IDLE_MS) this.open.delete(id);
  }

  get count(): number {
    return this.open.size;
  }
}

function read(cursor: Cursor, batchSize: number): Buffer[] {
  const batch: Buffer[] = [];
  let bytes = 0;
  while (batch.length < batchSize) {
    const document = take(cursor);
    if (!document) break;
    bytes += document.length;
    if (batch.length > 0 && bytes > MAX_BATCH_BYTES) {
      cursor.ahead = document;
      break;
    }
    batch.push(document);
  }
  return batch;
}

function take(cursor: Cursor): Buffer | undefined {
  const { ahead } = cursor;
  cursor.ahead = undefined;
  if (ahead) return ahead;
  const next = cursor.rest.next();
  return next.done ? undefined : next.value;
}

/** Reads one ahead, so that the last batch says that it is the last. */
function isDone(cursor: Cursor): boolean {
  cursor.ahead = take(cursor);
  return cursor.ahead === undefined;
}
