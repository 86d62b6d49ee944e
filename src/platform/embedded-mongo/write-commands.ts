import { ObjectId } from 'bson';
import { isDoc, typeName, typeOf, type Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CommandContext } from './command-context.js';
import { checkStorable, decode, decodeFromClient, encode, encodeForStorage } from './document.js';
import { parseElementFilters } from './element-filters.js';
import { parseFilter, type Filter } from './filter.js';
import { failedToParse, MongoError, notImplemented, typeMismatch } from './mongo-error.js';
import { parseFindProjection, type Projection } from './projection.js';
import { hintOf } from './read-commands.js';
import { checkFields, type Request } from './request.js';
import { changeRecords } from './change-records.js';
import { isSameDocument } from './field-changes.js';
import { elementsOf } from './field-reader.js';
import { then, type Found } from './record-stream.js';
import { docOf, type Query } from './run-query.js';
import { parseSort } from './sort.js';
import { applyUpdate, parseUpdate, upsertedDocument, type Update } from './update.js';

const MAX_BATCH = 100_000;

export function insert(request: Request, { catalog }: CommandContext): Promise<Doc> {
  request.allow('documents', 'ordered', 'bypassDocumentValidation');
  const documents = request.rawDocuments ?? request.array('documents').map(encodeElement);
  const collection = catalog.ensureCollection(request.database, request.collection);
  let n = 0;
  return eachStatement(request, documents, (document) => {
    insertDocument(collection, document);
    n++;
  }).then((errors) => ({ n, ...errors, ok: 1 }));
}

function encodeElement(document: unknown): Buffer {
  if (!isDoc(document))
    throw typeMismatch(
      `BSON field 'insert.documents' is the wrong type '${typeName(document)}', expected type 'object'`,
    );
  return encode(document);
}

/**
 * Runs the statements of a bulk one by one. Reports those that fail; an ordered bulk stops at the first failure.
 * Statements that need not wait run in one step.
 */
async function eachStatement<T>(
  request: Request,
  statements: readonly T[],
  run: (statement: T, index: number) => void | Promise<void>,
): Promise<Doc> {
  if (statements.length === 0 || statements.length > MAX_BATCH) {
    throw new MongoError(
      16,
      `Write batch sizes must be between 1 and ${MAX_BATCH}. Got ${statements.length} operations.`,
    );
  }
  const ordered = request.body.ordered === undefined || request.boolean('ordered');
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      const running = run(statement, index);
      if (running) await running;
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.details });
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

/** Inserts a document. Stores its bytes unchanged if it begins with `_id` and has no 64-bit integers. */
function insertDocument(collection: Collection, bytes: Buffer): void {
  const { hasLongs } = checkStorable(bytes);
  if (hasLongs || !startsWithId(bytes)) {
    insertCompleted(collection, decodeFromClient(bytes));
    return;
  }
  checkEncodedNames(bytes);
  const fields = collection.indexedFields(bytes);
  checkId(fields._id);
  collection.insert(bytes, fields);
}

function insertCompleted(collection: Collection, doc: Doc): void {
  checkTopLevelNames(doc);
  const { _id = new ObjectId(), ...fields } = doc;
  checkId(_id);
  collection.insert(encodeForStorage({ _id, ...fields }));
}

const startsWithId = (bytes: Buffer): boolean =>
  bytes[5] === 0x5f && bytes[6] === 0x69 && bytes[7] === 0x64 && bytes[8] === 0;

function checkEncodedNames(bytes: Buffer): void {
  for (const { start } of elementsOf(bytes)) if (bytes[start + 1] === 0x24) checkTopLevelNames(decode(bytes));
}

function checkTopLevelNames(doc: Doc): void {
  for (const name of Object.keys(doc)) {
    if (name.startsWith('$'))
      throw new MongoError(52, `The embedded server does not store top-level fields that start with '$': '${name}'`);
  }
}

function checkId(id: unknown): void {
  const type = typeOf(id);
  if (type === 'array' || type === 'undefined') throw new MongoError(53, `The '_id' value cannot be of type ${type}`);
  if (isDoc(id) && Object.keys(id).some((name) => name.startsWith('$'))) {
    throw new MongoError(52, "_id fields may not contain '$'-prefixed fields");
  }
}

const UPDATE_FIELDS = new Set(['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'sort', 'c']);

export function update(request: Request, { catalog }: CommandContext): Promise<Doc> {
  request.allow('updates', 'ordered', 'bypassDocumentValidation');
  const totals = { n: 0, nModified: 0 };
  const upserted: Doc[] = [];
  return eachStatement(request, request.array('updates'), (element, index) => {
    const statement = parseUpdateStatement(element);
    return whenDone(runUpdate(catalog.collection(request.database, request.collection), statement), (result) => {
      totals.n += result.n;
      totals.nModified += result.nModified;
      if (result.n > 0 || !statement.upsert) return;
      const inserted = insertUpserted(
        catalog.ensureCollection(request.database, request.collection),
        statement.query.filter,
        statement.update,
      );
      upserted.push({ index, _id: inserted._id });
      totals.n++;
    });
  }).then((errors) => ({
    n: totals.n,
    nModified: totals.nModified,
    ...(upserted.length > 0 && { upserted }),
    ...errors,
    ok: 1,
  }));
}

function whenDone<T>(result: T | Promise<T>, next: (result: T) => void): void | Promise<void> {
  return then(result, next);
}

interface UpdateStatement {
  readonly query: Query;
  readonly update: Update;
  readonly upsert: boolean;
}

export function parseUpdateStatement(element: unknown): UpdateStatement {
  if (!isDoc(element)) throw typeMismatch("BSON field 'update.updates' must hold objects");
  checkFields('update.updates', element, UPDATE_FIELDS);
  const { q, u, multi, upsert, arrayFilters, hint, sort, c } = element;
  if (!isDoc(q)) throw typeMismatch("BSON field 'update.updates.q' must be an object");
  if (c !== undefined) throw notImplemented("'c' of update");
  const update = parseUpdate(u, parseElementFilters(arrayFilters));
  if (multi === true && update.kind === 'replacement') {
    throw failedToParse('multi update is not supported for replacement-style update');
  }
  if (multi === true && sort !== undefined) throw failedToParse('Cannot specify sort with multi=true');
  return {
    query: { filter: parseFilter(q), hint: hintOf(hint), sort: parseSort(sort), limit: multi === true ? 0 : 1 },
    update,
    upsert: upsert === true,
  };
}

interface UpdateResult {
  n: number;
  nModified: number;
}

function runUpdate(
  collection: Collection | undefined,
  { query, update }: UpdateStatement,
): UpdateResult | Promise<UpdateResult> {
  const result: UpdateResult = { n: 0, nModified: 0 };
  if (!collection) return result;
  const modified = changeRecords(collection, query, (record) => {
    result.n++;
    if (modify(collection, record, update, query.filter) !== record.bytes) result.nModified++;
  });
  return then(modified, () => result);
}

/** Updates a document and returns its bytes. If nothing changes, it writes nothing and returns the same bytes. */
function modify(collection: Collection, { recordId, bytes: before }: Found, update: Update, filter: Filter): Buffer {
  const after = applyUpdate(update, decode(before), filter, new Date());
  const bytes = encodeForStorage(after);
  if (bytes.equals(before) || isSameDocument(before, bytes)) return before;
  checkTopLevelNames(after);
  collection.replace(recordId, before, bytes);
  return bytes;
}

function insertUpserted(collection: Collection, filter: Filter, update: Update): Doc {
  const doc = upsertedDocument(update, filter, new Date());
  checkTopLevelNames(doc);
  checkId(doc._id);
  const bytes = encodeForStorage(doc);
  collection.insert(bytes);
  return decode(bytes);
}

const DELETE_FIELDS = new Set(['q', 'limit', 'hint']);

export function remove(request: Request, { catalog }: CommandContext): Promise<Doc> {
  request.allow('deletes', 'ordered');
  let n = 0;
  return eachStatement(request, request.array('deletes'), (element) => {
    const query = parseDeleteStatement(element);
    const collection = catalog.collection(request.database, request.collection);
    return (
      collection &&
      changeRecords(collection, query, ({ recordId }) => {
        collection.remove(recordId);
        n++;
      })
    );
  }).then((errors) => ({ n, ...errors, ok: 1 }));
}

export function parseDeleteStatement(element: unknown): Query {
  if (!isDoc(element)) throw typeMismatch("BSON field 'delete.deletes' must hold objects");
  checkFields('delete.deletes', element, DELETE_FIELDS);
  const { q, limit, hint } = element;
  if (!isDoc(q)) throw typeMismatch("BSON field 'delete.deletes.q' must be an object");
  if (limit !== 0 && limit !== 1)
    throw failedToParse(`The limit field in delete objects must be 0 or 1. Got ${String(limit)}`);
  return { filter: parseFilter(q), hint: hintOf(hint), limit };
}

export function findAndModify(request: Request, { catalog }: CommandContext): Doc | Promise<Doc> {
  const statement = parseFindAndModify(request);
  const { query, projection } = statement;
  const collection = catalog.collection(request.database, request.collection);
  const show = (doc: Doc | null): Doc | null => (doc && projection ? projection(doc) : doc);
  let reply: Doc | undefined;
  const changed =
    collection &&
    changeRecords(collection, query, (record) => {
      if (statement.kind === 'remove') {
        collection.remove(record.recordId);
        reply = { lastErrorObject: { n: 1 }, value: show(docOf(record)), ok: 1 };
      } else {
        const after = modify(collection, record, statement.update, query.filter);
        reply = {
          lastErrorObject: { n: 1, updatedExisting: true },
          value: show(decode(statement.returnNew ? after : record.bytes)),
          ok: 1,
        };
      }
    });
  return then(changed, () => {
    if (reply) return reply;
    if (statement.kind === 'remove') return { lastErrorObject: { n: 0 }, value: null, ok: 1 };
    if (!statement.upsert) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 };
    const inserted = insertUpserted(
      catalog.ensureCollection(request.database, request.collection),
      query.filter,
      statement.update,
    );
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted._id },
      value: statement.returnNew ? show(inserted) : null,
      ok: 1,
    };
  });
}

type FindAndModify = { readonly query: Query; readonly projection: Projection | undefined } & (
  | { readonly kind: 'remove' }
  | { readonly kind: 'update'; readonly update: Update; readonly upsert: boolean; readonly returnNew: boolean }
);

function parseFindAndModify(request: Request): FindAndModify {
  request.allow(
    'query',
    'sort',
    'remove',
    'update',
    'new',
    'fields',
    'upsert',
    'arrayFilters',
    'hint',
    'bypassDocumentValidation',
  );
  const { body } = request;
  const base = {
    query: { filter: parseFilter(request.doc('query')), sort: parseSort(body.sort), limit: 1, hint: hintOf(body.hint) },
    projection: parseFindProjection(body.fields),
  };
  const [returnNew, upsert] = [request.boolean('new'), request.boolean('upsert')];
  if (request.boolean('remove')) {
    if (body.update !== undefined) throw failedToParse('Cannot specify both an update and remove=true');
    if (upsert) throw failedToParse('Cannot specify both upsert=true and remove=true');
    if (returnNew)
      throw failedToParse("Cannot specify both new=true and remove=true; 'remove' always returns the deleted document");
    return { kind: 'remove', ...base };
  }
  if (body.update === undefined) throw failedToParse('Either an update or remove=true must be specified');
  return {
    kind: 'update',
    ...base,
    update: parseUpdate(body.update, parseElementFilters(body.arrayFilters)),
    upsert,
    returnNew,
  };
}
