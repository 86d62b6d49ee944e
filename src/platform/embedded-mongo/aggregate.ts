import { isDoc, type Doc } from './bson-values.js';
import type { Collection } from './collection.js';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { encode } from './document.js';
import type { Filter } from './filter.js';
import { failedToParse, notImplemented, typeMismatch } from './mongo-error.js';
import { parsePipeline, type Stage } from './pipeline.js';
import { hintOf } from './read-commands.js';
import { collect, mapPortions, streamOf, then, type Stream } from './record-stream.js';
import type { Request } from './request.js';
import { countRecords, docOf, runQuery, type Query } from './run-query.js';

export function aggregate(request: Request, { catalog, cursors }: CommandContext): Buffer | Promise<Buffer> {
  const { query, stages } = parseAggregate(request);
  const collection = catalog.collection(request.database, request.collection);
  const { batchSize } = request.doc('cursor');
  return then(runPipeline(collection, query, stages), (documents) => {
    const batch = cursors.start(request.namespace, documents, typeof batchSize === 'number' ? batchSize : undefined);
    return then(batch, (first) => cursorReply('firstBatch', first, request.namespace));
  });
}

/** An aggregation: a query made from its first stages, and the remaining stages. */
export interface Aggregation {
  readonly query: Query;
  readonly stages: readonly Stage[];
}

export function parseAggregate(request: Request): Aggregation {
  request.allow('pipeline', 'cursor', 'hint', 'allowDiskUse', 'explain', 'bypassDocumentValidation');
  if (request.boolean('explain')) throw notImplemented("'explain' of aggregate; use the explain command");
  if (request.body.cursor === undefined)
    throw failedToParse("The 'cursor' option is required, except for aggregate with the explain argument");
  if (typeof request.body[request.command] !== 'string') throw notImplemented('an aggregation of a whole database');
  const pipeline = request.array('pipeline');
  if (!pipeline.every(isDoc)) throw typeMismatch("Each element of the 'pipeline' array must be an object");
  const { query, stages } = extractQuery(parsePipeline(pipeline));
  return { query: { ...query, hint: hintOf(request.body.hint) }, stages };
}

/** Converts `$match`, `$sort`, `$skip` and `$limit`, in this order, at the start of a pipeline to a query. */
function extractQuery(stages: readonly Stage[]): Aggregation {
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

function runPipeline(
  collection: Collection | undefined,
  query: Query,
  stages: readonly Stage[],
): Stream<Buffer> | Promise<Stream<Buffer>> {
  if (!collection) return encodedStream(runStages([], stages));
  const [first, ...rest] = stages;
  if (!first) return mapPortions(runQuery(collection, query).records, (portion) => portion.map(({ bytes }) => bytes));
  const ofCount = first.kind === 'transform' ? first.ofCount : undefined;
  // If the pipeline only counts the documents, it reads none of them.
  if (ofCount) return then(countRecords(collection, query), (count) => encodedStream(runStages(ofCount(count), rest)));
  const docs = collect(mapPortions(runQuery(collection, query).records, (portion) => portion.map(docOf)));
  return then(docs, (found) => encodedStream(runStages(found, stages)));
}

const runStages = (docs: readonly Doc[], stages: readonly Stage[]): readonly Doc[] =>
  stages.reduce((current, stage) => stage.run(current), docs);

/** Encodes the documents one portion at a time, as they are sent. */
const encodedStream = (docs: readonly Doc[]): Stream<Buffer> =>
  mapPortions(streamOf(docs), (portion) => portion.map(encode));
