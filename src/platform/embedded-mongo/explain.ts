import { isDoc, type Doc } from './bson-values.js';
import { parseAggregate } from './aggregate.js';
import type { CommandContext } from './command-context.js';
import { failedToParse, notImplemented } from './mongo-error.js';
import type { IndexPlan, Plan } from './query-plan.js';
import { parseCount, parseFind } from './read-commands.js';
import { forEachPortion } from './record-stream.js';
import { Request } from './request.js';
import { runQuery, type Query } from './run-query.js';
import { parseDeleteStatement, parseUpdateStatement } from './write-commands.js';

/** Describes how a command would find its documents, and how many keys and documents it reads. Changes nothing. */
export async function explain(request: Request, { catalog }: CommandContext): Promise<Doc> {
  const inner = request.body.explain;
  if (!isDoc(inner)) throw failedToParse("The 'explain' command needs the command to explain");
  const [command = ''] = Object.keys(inner);
  const explained = new Request(command, { ...inner, $db: request.database });
  const query = queryOf(explained);
  const collection = catalog.collection(request.database, explained.collection);
  const result = collection ? runQuery(collection, query) : undefined;
  let nReturned = 0;
  if (result)
    await forEachPortion(result.records, (portion) => {
      nReturned += portion.length;
    });
  const winningPlan = result ? describePlan(result.plan, query) : { stage: 'EOF' };
  const stats = {
    nReturned,
    executionTimeMillis: 0,
    totalKeysExamined: result?.effort.keysExamined ?? 0,
    totalDocsExamined: result?.effort.docsExamined ?? 0,
  };
  return {
    explainVersion: '1',
    queryPlanner: {
      namespace: explained.namespace,
      parsedQuery: inner.filter ?? inner.query ?? {},
      winningPlan,
      rejectedPlans: [],
    },
    ...(request.body.verbosity !== 'queryPlanner' && {
      executionStats: {
        executionSuccess: true,
        ...stats,
        executionStages: { ...winningPlan, nReturned: stats.nReturned, docsExamined: stats.totalDocsExamined },
      },
    }),
    ok: 1,
  };
}

function queryOf(request: Request): Query {
  const first = (field: string): unknown => request.array(field)[0];
  switch (request.command) {
    case 'find':
      return parseFind(request);
    case 'count':
      return parseCount(request);
    case 'aggregate':
      return parseAggregate(new Request('aggregate', { cursor: {}, ...request.body })).query;
    case 'update':
      return parseUpdateStatement(first('updates')).query;
    case 'delete':
      return parseDeleteStatement(first('deletes'));
    case 'findAndModify':
      return parseFind(
        new Request('find', {
          find: request.collection,
          $db: request.database,
          filter: request.doc('query'),
          sort: request.body.sort,
          hint: request.body.hint,
          limit: 1,
        }),
      );
    default:
      throw notImplemented(`explain of ${request.command}`);
  }
}

function describePlan(plan: Plan, { sort }: Query): Doc {
  const found =
    plan.kind === 'collectionScan'
      ? { stage: 'COLLSCAN', direction: 'forward' }
      : { stage: 'FETCH', inputStage: describeScan(plan) };
  const isSorted = !sort || (plan.kind === 'indexScan' && plan.sorted !== 'no');
  return isSorted
    ? found
    : {
        stage: 'SORT',
        sortPattern: Object.fromEntries(sort.map(({ path, descending }) => [path, descending ? -1 : 1])),
        inputStage: found,
      };
}

function describeScan(plan: Exclude<Plan, { kind: 'collectionScan' }>): Doc {
  if (plan.kind === 'union') return { stage: 'OR', inputStages: plan.plans.map(describeIndexScan) };
  return plan.sorted === 'merge'
    ? { stage: 'SORT_MERGE', inputStages: [describeIndexScan(plan)] }
    : describeIndexScan(plan);
}

function describeIndexScan({ index, reverse }: IndexPlan): Doc {
  return {
    stage: 'IXSCAN',
    keyPattern: index.definition.key,
    indexName: index.name,
    isMultiKey: index.isMultikey,
    isUnique: index.definition.unique,
    isSparse: index.definition.sparse,
    isPartial: index.partialFilter !== undefined,
    direction: reverse ? 'backward' : 'forward',
  };
}
