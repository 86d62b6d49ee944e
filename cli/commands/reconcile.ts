import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { EXERCISE_ERRORS, type ExerciseError } from '../../src/settlements/exercise-errors.js';
import type { Exercise, ExerciseFinding, ExerciseResult, GatewayClient } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { CommandError, UsageError } from '../errors.js';
import { collectFinding, readFinding, readFindingsFile, readKinds } from '../findings.js';
import { fields, money, plain, table } from '../output.js';
import { readCount } from '../read-options.js';

interface ReconcileFlags {
  readonly exercise?: string;
  readonly seed?: string;
  readonly errors?: readonly ExerciseError[];
  readonly count?: number;
  readonly findings?: string;
  readonly finding?: readonly ExerciseFinding[];
}

const USUAL_COUNT = 5;

/** The exit code of a program that Ctrl+C ends. */
const INTERRUPTED = 130;

export function addReconcileCommand(program: Command): void {
  program
    .command('reconcile')
    .description('an exercise: find the errors in a settlement report')
    .argument('[settlement]', 'the report to plant errors in; the latest payout has it where none is given')
    .option('--seed <seed>', 'the same seed plants the same errors')
    .option(
      '--errors <kinds>',
      `with commas in between, of ${EXERCISE_ERRORS.join(', ')}; all where none is given`,
      readKinds,
    )
    .option('--count <count>', 'how many errors; 5, or as many as the report has rows', readCount)
    .option('--exercise <id>', 'answer one that was made before')
    .option('--finding <row:error>', 'an answer, such as 3:wrong_fee; may be repeated', collectFinding)
    .option('--findings <file>', 'answers as JSON: [{ "row": 3, "error": "wrong_fee" }]')
    .addHelpText(
      'after',
      '\nOn a terminal, it asks for the answers. Elsewhere it prints the exercise, to be answered with --exercise.' +
        '\n\nExamples: mpg reconcile --seed monday --count 3 · mpg reconcile --exercise ex_0193a5e2c7f11b2c3d4e5f60 --finding 3:wrong_fee --finding bt_0193a5e2c7f11b2c3d4e5f60:missing_row',
    )
    .action(async (settlement: string | undefined, flags: ReconcileFlags, command: Command) => {
      const output = outputOf(command);
      const given = givenFindings(flags);
      const client = clientOf(command);
      const exercise = await exerciseOf(client, settlement, flags);
      if (!output.isJson) output.note(showExercise(exercise));
      const findings = given ?? (process.stdin.isTTY && !output.isJson ? await askForFindings() : null);
      if (findings) {
        await client.exercises.answer(exercise.id, { findings: [...findings] });
        output.result(await client.exercises.get(exercise.id), ({ result }) => (result ? showResult(result) : ''));
      } else if (output.isJson) output.result(exercise, showExercise);
      else output.note(`\nTo answer it: mpg reconcile --exercise ${exercise.id} --finding 3:wrong_fee`);
    });
}

/** Null if neither option is there. */
function givenFindings({ finding, findings }: ReconcileFlags): readonly ExerciseFinding[] | null {
  if (finding === undefined && findings === undefined) return null;
  return [...(findings === undefined ? [] : readFindingsFile(findings)), ...(finding ?? [])];
}

/** The exercise that is named, or a new one. */
async function exerciseOf(
  client: GatewayClient,
  settlement: string | undefined,
  { exercise, seed, errors, count }: ReconcileFlags,
): Promise<Exercise> {
  if (exercise !== undefined) {
    const others = { settlement, '--seed': seed, '--errors': errors, '--count': count };
    for (const [name, value] of Object.entries(others))
      if (value !== undefined) throw new UsageError(`An exercise that was made before takes no ${name}.`);
    return client.exercises.get(exercise);
  }
  const id = settlement ?? (await latestSettlement(client));
  return client.exercises.create(id, {
    count: count ?? (await usualCount(client, id)),
    ...(seed !== undefined && { seed }),
    ...(errors !== undefined && { errors: [...errors] }),
  });
}

/** As many errors as a report can have, up to five. */
async function usualCount(client: GatewayClient, settlementId: string): Promise<number> {
  const { totals } = await client.settlements.get(settlementId);
  return Math.max(1, Math.min(USUAL_COUNT, totals.count));
}

/** Throws CommandError if there is none. */
async function latestSettlement(client: GatewayClient): Promise<string> {
  const [latest] = (await client.settlements.list({ limit: 1 })).data;
  if (latest) return latest.id;
  throw new CommandError('There is no settlement report yet. A payout has one: `mpg payouts create`.');
}

/** Asks on the terminal, a line for each finding, until one is empty. */
async function askForFindings(): Promise<ExerciseFinding[]> {
  const found: ExerciseFinding[] = [];
  const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' });
  process.stderr.write(
    `\nWhat is wrong? A line for each: \`3 wrong_fee\` or \`bt_… missing_row\`; an empty line ends.\n` +
      `The errors: ${EXERCISE_ERRORS.join(', ')}.\n`,
  );
  // The exercise stays as it is: it can be answered only once.
  terminal.on('SIGINT', () => process.exit(INTERRUPTED));
  terminal.prompt();
  for await (const line of terminal) {
    if (line.trim() === '') break;
    try {
      found.push(readFinding(line));
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`);
    }
    terminal.prompt();
  }
  terminal.close();
  return found;
}

function showExercise({ id, settlementId, seed, count, errors, report }: Exercise): string {
  const { rows, totals, currency, payoutId, day } = report;
  const of = (amount: number | string, code = currency): string => money({ amount, currency: code });
  return [
    fields({
      exercise: id,
      settlement: settlementId,
      payout: payoutId,
      day,
      seed,
      errors: `${count}, of ${errors.join(', ')}`,
    }),
    '',
    table(
      ['row', 'transaction', 'type', 'source', 'order', 'gross', 'fee', 'net', 'in payout', 'created', 'available on'],
      rows.map((row) => [
        row.row,
        row.transactionId,
        row.type,
        row.source,
        row.orderReference,
        ...[row.gross, row.fee, row.net, row.amountInPayout].map((amount) => of(amount, row.currency)),
        row.createdAt,
        row.availableOn,
      ]),
    ),
    '',
    fields({
      gross: of(totals.grossText),
      fee: of(totals.feeText),
      net: of(totals.netText),
      'in payout': of(totals.amountInPayoutText),
    }),
    '',
    'Compare it with what the gateway has: `mpg balance --transactions`.',
  ].join('\n');
}

function showResult({ score, correct, missed, wronglyAccused }: ExerciseResult): string {
  const planted = (list: ExerciseResult['correct']): string[] =>
    list.map(({ row, transactionId, error, explanation }) =>
      plain(`  ${row === null ? transactionId : `row ${row}`}  ${error}: ${explanation}`),
    );
  const part = (name: string, lines: readonly string[]): string[] => ['', `${name}: ${lines.length}`, ...lines];
  return [
    '',
    `Score: ${score} of 100.`,
    ...part('Correct', planted(correct)),
    ...part('Missed', planted(missed)),
    ...part(
      'Wrongly accused',
      wronglyAccused.map(({ row, transactionId, error }) =>
        plain(`  ${row == null ? String(transactionId) : `row ${row}`}  ${error}`),
      ),
    ),
  ].join('\n');
}
