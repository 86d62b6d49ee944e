import { ValidationFailedError, type Violation } from '../platform/errors/validation-failed.error.js';
import { EXERCISE_ERRORS, type ExerciseError } from './exercise-errors.js';
import type { Finding } from './exercise-score.js';

export const MAX_FINDINGS = 1_000;
export const MAX_ID_LENGTH = 100;

const FIELDS = ['row', 'transactionId', 'error'];

/** Reads findings as they were sent. Throws ValidationFailedError with all that is wrong. */
export function readFindings(sent: readonly unknown[]): Finding[] {
  const violations = sent.flatMap((finding, index) => violationsOf(finding, ['body', 'findings', index]));
  if (violations.length > 0) throw new ValidationFailedError(violations);
  return (sent as readonly { row?: number | null; transactionId?: string | null; error: ExerciseError }[]).map(
    ({ row, transactionId, error }) => ({ row: row ?? null, transactionId: transactionId ?? null, error }),
  );
}

function violationsOf(finding: unknown, loc: Violation['loc']): Violation[] {
  const violation = (field: string | null, type: string, msg: string, input: unknown, ctx = {}): Violation => ({
    loc: field === null ? loc : [...loc, field],
    type,
    msg,
    input: input ?? null,
    ctx,
  });
  if (typeof finding !== 'object' || finding === null || Array.isArray(finding))
    return [violation(null, 'dict_type', 'Input should be a JSON object', finding)];
  const fields = finding as Readonly<Record<string, unknown>>;
  const valueOf = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const [row, transactionId, error] = [valueOf('row') ?? null, valueOf('transactionId') ?? null, valueOf('error')];
  const violations: Violation[] = Object.keys(fields)
    .filter((name) => !FIELDS.includes(name))
    .map((name) => violation(name, 'extra_forbidden', 'Extra inputs are not permitted', fields[name]));
  if (row === null && transactionId === null)
    violations.push(violation('row', 'missing', 'Field required, unless transactionId is given', null));
  if (row !== null && !(Number.isSafeInteger(row) && (row as number) >= 1))
    violations.push(violation('row', 'int_parsing', 'Input should be the number of a row, from 1', row));
  if (transactionId !== null && !isShortText(transactionId))
    violations.push(
      violation('transactionId', 'string_type', `Input should be 1 to ${MAX_ID_LENGTH} characters`, transactionId),
    );
  if (error === undefined) violations.push(violation('error', 'missing', 'Field required', null));
  else if (!(EXERCISE_ERRORS as readonly unknown[]).includes(error)) {
    const expected = EXERCISE_ERRORS.map((name) => `'${name}'`).join(', ');
    violations.push(violation('error', 'enum', `Input should be one of ${expected}`, error, { expected }));
  }
  return violations;
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= MAX_ID_LENGTH;
}
