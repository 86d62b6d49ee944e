import { MongoError } from './mongo-error.js';
import { then, type Stream } from './record-stream.js';

/** A cursor is closed if no client reads from it for this time. */
const IDLE_TIMEOUT_MS = 10 * 60 * 1000;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const FIRST_BATCH_SIZE = 101;
/** Most documents to read at once for a batch; one at a time if they are larger than LARGE_BYTES on average. */
const PORTION_SIZE = 128;
const LARGE_BYTES = 64 * 1024;

/** The rest of a result: a search that continues when the client asks for more. */
interface Cursor {
  readonly namespace: string;
  readonly rest: Stream<Buffer>;
  /** Documents read from `rest` that did not fit into the last batch. */
  ahead: Buffer[];
  usedAt: number;
}

export interface Batch {
  readonly documents: readonly Buffer[];
  /** 0 if there is nothing more to read. */
  readonly cursorId: number;
}

/** The open cursors. */
export class Cursors {
  private readonly open = new Map<number, Cursor>();
  private nextId = Math.floor(Math.random() * 2 ** 40) + 1;

  /** Returns the first batch, and keeps a cursor if there are more documents. */
  start(
    namespace: string,
    documents: Stream<Buffer>,
    batchSize = FIRST_BATCH_SIZE,
    single = false,
  ): Batch | Promise<Batch> {
    const cursor: Cursor = { namespace, rest: documents, ahead: [], usedAt: Date.now() };
    return this.read(cursor, batchSize, (batch, isDone) => {
      if (single || isDone) return end(cursor, batch);
      const cursorId = this.nextId++;
      this.open.set(cursorId, cursor);
      return { documents: batch, cursorId };
    });
  }

  /** Throws 43 if there is no such cursor. */
  next(cursorId: number, namespace: string, batchSize = Infinity): Batch | Promise<Batch> {
    const cursor = this.open.get(cursorId);
    if (!cursor) throw new MongoError(43, `cursor id ${cursorId} not found`);
    if (cursor.namespace !== namespace) {
      throw new MongoError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    cursor.usedAt = Date.now();
    return this.read(cursor, batchSize === 0 ? Infinity : batchSize, (batch, isDone) => {
      cursor.usedAt = Date.now();
      if (!isDone) return { documents: batch, cursorId };
      this.open.delete(cursorId);
      return end(cursor, batch);
    });
  }

  /** Reads a batch, and one more document to know whether the batch is the last. Closes the cursor on failure. */
  private read(
    cursor: Cursor,
    batchSize: number,
    finish: (batch: Buffer[], isDone: boolean) => Batch,
  ): Batch | Promise<Batch> {
    const closeAndThrow = (error: unknown): never => {
      cursor.rest.close();
      throw error;
    };
    try {
      const read = readBatch(cursor, batchSize, [], 0);
      const finished = then(read, (batch) => then(lookAhead(cursor), (isDone) => finish(batch, isDone)));
      return finished instanceof Promise ? finished.catch(closeAndThrow) : finished;
    } catch (error) {
      return closeAndThrow(error);
    }
  }

  /** Returns false if there is no such cursor. */
  kill(cursorId: number): boolean {
    this.open.get(cursorId)?.rest.close();
    return this.open.delete(cursorId);
  }

  closeIdle(now = Date.now()): void {
    for (const [id, cursor] of this.open) if (now - cursor.usedAt > IDLE_TIMEOUT_MS) this.kill(id);
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) this.kill(id);
  }

  get count(): number {
    return this.open.size;
  }
}

function end(cursor: Cursor, documents: Buffer[]): Batch {
  cursor.rest.close();
  return { documents, cursorId: 0 };
}

/** Adds documents to a batch until it has `batchSize` documents or the most bytes, or there are no more. */
function readBatch(cursor: Cursor, batchSize: number, batch: Buffer[], bytes: number): Buffer[] | Promise<Buffer[]> {
  let size = bytes;
  while (cursor.ahead.length > 0 && batch.length < batchSize) {
    const document = cursor.ahead[0];
    if (!document || (batch.length > 0 && size + document.length > MAX_BATCH_BYTES)) return batch;
    batch.push(document);
    size += document.length;
    cursor.ahead.shift();
  }
  if (batch.length >= batchSize) return batch;
  const isLarge = batch.length > 0 && size / batch.length > LARGE_BYTES;
  return then(cursor.rest.pull(isLarge ? 1 : Math.min(PORTION_SIZE, batchSize - batch.length)), (portion) => {
    if (portion.length === 0) return batch;
    cursor.ahead = [...portion];
    return readBatch(cursor, batchSize, batch, size);
  });
}

function lookAhead(cursor: Cursor): boolean | Promise<boolean> {
  if (cursor.ahead.length > 0) return false;
  return then(cursor.rest.pull(1), (portion) => {
    cursor.ahead = [...portion];
    return portion.length === 0;
  });
}
