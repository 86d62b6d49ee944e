import type { Filter, Test } from './filter.js';

/** A condition that every matching document satisfies. */
export interface Conjunct {
  readonly path: string;
  readonly test: Test;
  /**
   * False if the condition only follows from the filter: a document that satisfies it may still not match.
   */
  readonly isWhole: boolean;
}

/** The conditions of a filter that an index can help with. */
export interface Demands {
  readonly conjuncts: readonly Conjunct[];
  /** The `$or`s among the conditions. */
  readonly alternatives: readonly (readonly Filter[])[];
  /** True if the filter has no other conditions than `conjuncts`. */
  readonly isComplete: boolean;
}

/** Splits a filter into the conditions that must all hold. */
export function demandsOf(filter: Filter): Demands {
  const conjuncts: Conjunct[] = [];
  const alternatives: (readonly Filter[])[] = [];
  let isComplete = true;

  const take = (clause: Filter, prefix: string, isWhole: boolean): void => {
    switch (clause.kind) {
      case 'and':
        for (const inner of clause.clauses) take(inner, prefix, isWhole);
        return;
      case 'field':
        takeTest(prefix + clause.path, clause.test, isWhole);
        return;
      case 'or':
        if (prefix === '') alternatives.push(clause.clauses);
        isComplete = false;
        return;
      case 'nor':
      case 'expr':
        isComplete = false;
    }
  };
  const takeTest = (path: string, test: Test, isWhole: boolean): void => {
    switch (test.op) {
      case 'all':
        for (const inner of test.tests) takeTest(path, inner, false);
        isComplete = false;
        return;
      case 'elemMatch':
        take(test.filter, `${path}.`, false);
        conjuncts.push({ path, test, isWhole: false });
        isComplete = false;
        return;
      case 'elemMatchValue':
        for (const inner of test.tests) takeTest(path, inner, false);
        conjuncts.push({ path, test, isWhole: false });
        isComplete = false;
        return;
      case 'eq':
      case 'exists':
      case 'gt':
      case 'gte':
      case 'in':
      case 'lt':
      case 'lte':
      case 'mod':
      case 'not':
      case 'regex':
      case 'size':
      case 'type':
      default:
        conjuncts.push({ path, test, isWhole });
    }
  };
  take(filter, '', true);
  return { conjuncts, alternatives, isComplete };
}
