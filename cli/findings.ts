import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { EXERCISE_ERRORS, type ExerciseError } from '../src/settlements/exercise-errors.js';
import type { ExerciseFinding } from '../client/index.js';
import { UsageError } from './errors.js';

const EXAMPLES =
  'Expected a row and an error, such as 3:wrong_fee, or a transaction that is missing, bt_…:missing_row.';

/** Reads a finding: `3:wrong_fee` or `bt_… missing_row`. Throws InvalidArgumentError. */
export function readFinding(text: string): ExerciseFinding {
  const [, place = '', error = ''] = /^\s*(\d{1,9}|bt_\w{1,97})(?:\s*:\s*|\s+)(\w+)\s*$/.exec(text) ?? [];
  if (place === '') throw new InvalidArgumentError(EXAMPLES);
  const kind = readKind(error);
  return place.startsWith('bt_') ? { transactionId: place, error: kind } : { row: Number(place), error: kind };
}

/** Reads kinds of errors with commas in between. Throws InvalidArgumentError. */
export function readKinds(text: string): ExerciseError[] {
  return text.split(',').map((name) => readKind(name.trim()));
}

function readKind(text: string): ExerciseError {
  const kind = EXERCISE_ERRORS.find((name) => name === text);
  if (!kind) throw new InvalidArgumentError(`${text} is no error; there are ${EXERCISE_ERRORS.join(', ')}.`);
  return kind;
}

/** Adds a finding to those of the same option that came before. */
export function collectFinding(text: string, before: readonly ExerciseFinding[] = []): ExerciseFinding[] {
  return [...before, readFinding(text)];
}

/** Reads a file with findings: a JSON list, or an object that has one, as the API takes it. Throws UsageError. */
export function readFindingsFile(file: string): ExerciseFinding[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`The findings ${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const list = Array.isArray(content) ? content : (content as { findings?: unknown } | null)?.findings;
  if (!Array.isArray(list))
    throw new UsageError(`${file} has no findings; expected [{ "row": 3, "error": "wrong_fee" }].`);
  // The gateway says what is wrong with each.
  return list as ExerciseFinding[];
}
