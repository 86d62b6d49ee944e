import { isDoc, type Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { encode } from './document.js';
import type { Filter } from './filter.js';
import { failedToParse, notImplemented, typeMismatch } from './mongo-error.js';
import { parsePipeline, type Stage } from './pipeline.js';
import { hintOf, lazily } from './read-commands.js';
import type { Request } from './request.js';
import { docOf, runQuery, type Query } from './run-query.js';

export function aggregate(request: Request, { catalog, cursors }: CommandContext): Buffer {
  const { query, stages } = parseAggregate(request);
  const collection = catalog.collection(request.database, request.collection);
  const docs = runPipeline(collection, query, stages);
  const { batchSize } = request.doc('cursor');
  const batch = cursors.start(request.namespace, lazily(docs, encode), typeof batchSize === 'number' ? batchSize : undefined);
  return cursorReply('firstBatch', batch, request.namespace);
}

/** An aggregation: what its first stages look up as a query would, and the stages that remain. */
export interface Aggregation {
  readonly query: Query;
  readonly stages: readonly Stage[];
}

export function parseAggregate(request: Request): Aggregation {
  request.allow('pipeline', 'cursor', 'hint', 'allowDiskUse', 'explain', 'bypassDocumentValidation');
  if (request.boolean('explain')) throw notImplemented("'explain' of aggregate; use the explain command");
  if (request.body.cursor === undefined) throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  if (typeof request.body[request.command] !== 'string') throw notImplemented('an aggregation of a whole database');
  const pipeline = request.array('pipeline');
  if (!pipeline.every(isDoc)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
  const { query, stages } = lookUpFirst(parsePipeline(pipeline));
  return { query: { ...query, hint: hintOf(request.body.hint) }, stages };
}

/** `$match`, then `$sort`, then `$skip`, then `$limit`, as far as the pipeline begins with them. */
function lookUpFirst(stages: readonly Stage[]): Aggregation {
  const rest = [...stages];
  const filters: Filter[] = [];
  while (rest[0]?.kind === 'match') {
    filters.push(rest[0].filter);
    rest.shift();
  }
  const query: { filter: Filter; sort?: Query['sort']; skip?: number; limit?: number } = {
    filter: filters.length === 1 && filters[0] ? filters[0] : { kind: 'and', clauses: filters },
  };
  if (rest[0]?.kind === 'sort') {
    query.sort = rest[0].pattern;
    rest.shift();
  }
  if (rest[0]?.kind === 'skip') {
    query.skip = rest[0].count;
    rest.shift();
  }
  if (rest[0]?.kind === 'limit') {
    query.limit = rest[0].count;
    rest.shift();
  }
  return { query, stages: rest };
}

function runPipeline(collection: Collection | undefined, query: Query, stages: readonly Stage[]): readonly Doc[] {
  const records = collection ? runQuery(collection, query).records : [];
  // Where the documents are only counted, none has to be decoded.
  const docs = stages[0]?.kind === 'transform' && stages[0].readsNoFields ? records.map(() => EMPTY) : records.map(docOf);
  return stages.reduce<readonly Doc[]>((current, stage) => stage.run(current), docs);
}

const EMPTY: Doc = {};
