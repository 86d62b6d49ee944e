import { isDoc, typeName, type Doc } from './bson-values.js';
import { checkExpression, evaluate } from './expressions.js';
import { parseFilter, type Filter } from './filter.js';
import { parseGroup } from './group.js';
import { compile } from './matcher.js';
import { MongoError, notImplemented } from './mongo-error.js';
import type { KeyPattern } from './index-keys.js';
import { parseAddFields, parseProjectStage } from './projection.js';
import { parseSort, sortByKey, sortKey } from './sort.js';
import { parseUnwind } from './unwind.js';

type Run = (docs: readonly Doc[]) => readonly Doc[];

/** A parsed stage of an aggregation. The kinds that an index can serve also describe what they look for. */
export type Stage = { readonly run: Run } & (
  | { readonly kind: 'match'; readonly filter: Filter }
  | { readonly kind: 'sort'; readonly pattern: KeyPattern }
  | { readonly kind: 'skip' | 'limit'; readonly count: number }
  /** `ofCount` exists if the stage only needs the number of documents. */
  | { readonly kind: 'transform'; readonly ofCount?: (count: number) => readonly Doc[] }
);

/** Parses a pipeline. Throws 40324 for an unknown stage, and 238 for a stage that is not supported. */
export function parsePipeline(pipeline: readonly Doc[], isInFacet = false): Stage[] {
  return pipeline.map((stage) => {
    const [[name, spec] = [], ...others] = Object.entries(stage);
    if (name === undefined || others.length > 0) {
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
    }
    if (name === '$facet' && isInFacet)
      throw new MongoError(40600, '$facet is not allowed to be used within a $facet stage');
    const parse = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
    if (parse) return parse(spec);
    if (name === '$changeStream')
      throw new MongoError(40573, 'The $changeStream stage is only supported on replica sets');
    if (UNSUPPORTED.has(name)) throw notImplemented(`the stage ${name}`);
    throw new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
}

const UNSUPPORTED = new Set([
  '$bucket',
  '$bucketAuto',
  '$collStats',
  '$densify',
  '$documents',
  '$fill',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$lookup',
  '$merge',
  '$out',
  '$redact',
  '$sample',
  '$search',
  '$setWindowFields',
  '$unionWith',
  '$currentOp',
  '$listSessions',
  '$planCacheStats',
]);

const transform = (run: Run): Stage => ({ kind: 'transform', run });
const each = (change: (doc: Doc) => Doc): Stage => transform((docs) => docs.map(change));

const STAGES: Readonly<Record<string, (spec: unknown) => Stage>> = {
  $match: (spec) => {
    if (!isDoc(spec)) throw new MongoError(15959, 'the match filter must be an expression in an object');
    const filter = parseFilter(spec);
    const matches = compile(filter);
    return { kind: 'match', filter, run: (docs) => docs.filter(matches) };
  },
  $sort: (spec) => {
    if (!isDoc(spec)) throw new MongoError(15973, 'the $sort key specification must be an object');
    const pattern = parseSort(spec);
    if (!pattern) throw new MongoError(15976, '$sort stage must have at least one sort key');
    return { kind: 'sort', pattern, run: (docs) => sortByKey(docs, (doc) => sortKey(doc, pattern)) };
  },
  $skip: (spec) => {
    const count = wholeNumber('$skip', spec, 0, 15956);
    return { kind: 'skip', count, run: (docs) => docs.slice(count) };
  },
  $limit: (spec) => {
    const count = wholeNumber('$limit', spec, 1, 15958);
    return { kind: 'limit', count, run: (docs) => docs.slice(0, count) };
  },
  $project: (spec) => each(parseProjectStage(spec)),
  $addFields: (spec) => each(parseAddFields(spec, '$addFields')),
  $set: (spec) => each(parseAddFields(spec, '$set')),
  $unset: parseUnset,
  $unwind: (spec) => transform(parseUnwind(spec)),
  $group: (spec) => {
    return { kind: 'transform', ...parseGroup(spec) };
  },
  $count: parseCount,
  $sortByCount: parseSortByCount,
  $facet: parseFacet,
  $replaceRoot: (spec) => {
    if (!isDoc(spec) || !('newRoot' in spec))
      throw new MongoError(40231, "$replaceRoot requires a 'newRoot' expression");
    return replaceWith(spec.newRoot);
  },
  $replaceWith: (spec) => replaceWith(spec),
};

function wholeNumber(stage: string, value: unknown, least: number, code: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new MongoError(
    code,
    `invalid argument to ${stage} stage: Expected a ${least > 0 ? 'positive' : 'non-negative'} number in: ${stage}: ${JSON.stringify(value)}`,
  );
}

function parseUnset(spec: unknown): Stage {
  const paths: readonly unknown[] = Array.isArray(spec) ? spec : [spec];
  if (paths.length === 0 || !paths.every((path) => typeof path === 'string' && path !== '')) {
    throw new MongoError(31002, '$unset specification must be a string or an array containing only string values');
  }
  return each(parseProjectStage(Object.fromEntries(paths.map((path) => [path, 0]))));
}

function parseCount(spec: unknown): Stage {
  if (typeof spec !== 'string' || spec === '')
    throw new MongoError(40156, 'the count field must be a non-empty string');
  if (spec.startsWith('$')) throw new MongoError(40158, 'the count field cannot be a $-prefixed path');
  if (spec.includes('.')) throw new MongoError(40160, "the count field cannot contain '.'");
  // Without documents, the result is empty.
  const ofCount = (count: number): Doc[] => (count > 0 ? [{ [spec]: count }] : []);
  return { kind: 'transform', ofCount, run: (docs) => ofCount(docs.length) };
}

function parseSortByCount(spec: unknown): Stage {
  if (typeof spec !== 'string' && !isDoc(spec))
    throw new MongoError(40149, 'the sortByCount field must be specified as a string or as an object');
  const group = parseGroup({ _id: spec, count: { $sum: 1 } });
  const byCount = STAGES.$sort?.({ count: -1 });
  return transform((docs) => byCount?.run(group.run(docs)) ?? []);
}

function parseFacet(spec: unknown): Stage {
  if (!isDoc(spec) || Object.keys(spec).length === 0)
    throw new MongoError(40169, 'the $facet specification must be a non-empty object');
  const facets = Object.entries(spec).map(([name, pipeline]) => {
    if (!Array.isArray(pipeline) || !pipeline.every(isDoc))
      throw new MongoError(40170, `arguments to $facet must be arrays, ${name} is type ${typeName(pipeline)}`);
    return { name, stages: parsePipeline(pipeline, true) };
  });
  return transform((docs) => [
    Object.fromEntries(
      facets.map(({ name, stages }) => [
        name,
        stages.reduce<readonly Doc[]>((current, stage) => stage.run(current), docs),
      ]),
    ),
  ]);
}

function replaceWith(expression: unknown): Stage {
  checkExpression(expression);
  return each((doc) => {
    const root = evaluate(expression, doc);
    if (isDoc(root)) return root;
    throw new MongoError(
      40228,
      `'newRoot' expression must evaluate to an object, but resulting value was of type ${typeName(root)}`,
    );
  });
}
