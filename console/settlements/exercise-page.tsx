import { Anchor, NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { gateway } from '../gateway/gateway.js';
import type { Exercise, ExerciseError } from '../gateway/money-types.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { ObjectPage } from '../parts/object-page.js';
import { Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import {
  type Draft,
  EMPTY_DRAFT,
  ERROR_WORDS,
  findingsOf,
  type Marks,
  marksOf,
  ROW_ERRORS,
  withRow,
} from './exercise-marks.js';
import { MarkList, Result } from './exercise-result.js';
import { MissingTransactions } from './missing-transactions.js';
import { identified, type ReportRow, rowColumns } from './row-columns.js';
import { Totals } from './totals.js';

export default function ExercisePage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Exercise"
      query={{
        queryKey: [...keys.exercises, id],
        queryFn: ({ signal }) => gateway.exercises.get(id, { signal }),
      }}
    >
      {(exercise) => <ShownExercise exercise={exercise} />}
    </ObjectPage>
  );
}

function ShownExercise({ exercise }: { readonly exercise: Exercise }) {
  const { id, count, report, settlementId, result, errors } = exercise;
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const rows = useMemo(() => identified(report.rows), [report]);
  const marks = useMemo(() => result && marksOf(result, report), [result, report]);
  const found = findingsOf(draft);
  return (
    <Page
      title="Exercise"
      beside={<StatusBadge status={result ? 'answered' : 'open'} meaning={result ? 'ended' : 'running'} />}
      lead={
        <>
          {count === 1 ? 'One error is' : `${count} errors are`} in this report, of these kinds:{' '}
          {errors.map((error) => ERROR_WORDS[error]).join(', ')}. Compare it with{' '}
          <Anchor component={Link} href={`/settlements/${settlementId}`} target="_blank" underline="always">
            the report as the gateway has it
          </Anchor>{' '}
          and your own books.
        </>
      }
      actions={
        result ? undefined : (
          <ConfirmButton
            label="Answer"
            sentence={`Answer with ${found.length === 1 ? 'one finding' : `${found.length} findings`}. You can answer once; then the errors are shown.`}
            done="The answer was scored."
            failed="The answer was not scored"
            run={async () => {
              await gateway.exercises.answer(id, { findings: found });
              await queries.invalidateQueries({ queryKey: keys.exercises });
            }}
          />
        )
      }
    >
      {result && marks ? <Result result={result} marks={marks} /> : null}
      <Section title="Totals">
        <Totals report={report} />
      </Section>
      <DataTable
        label="Rows of the exercise"
        columns={[
          ...rowColumns(report.payoutId !== null).slice(0, 1),
          marks ? markColumn(marks) : choiceColumn(draft, setDraft),
          ...rowColumns(report.payoutId !== null).slice(1),
        ]}
        rows={rows}
      />
      {result ? null : <MissingTransactions draft={draft} onChange={setDraft} />}
    </Page>
  );
}

const CHOICES = [
  { value: '', label: 'right' },
  ...ROW_ERRORS.map((error) => ({ value: error, label: ERROR_WORDS[error] })),
];

/** What the player says of each row. */
function choiceColumn(draft: Draft, onChange: (draft: Draft) => void): Column<ReportRow> {
  const choose = (row: number, error: ExerciseError | null): void => {
    onChange(withRow(draft, row, error));
  };
  return {
    id: 'choice',
    header: 'It is',
    cell: ({ row }) => (
      <NativeSelect
        size="xs"
        w={150}
        aria-label={`Row ${row} is`}
        data={CHOICES}
        value={draft.rows.get(row) ?? ''}
        onChange={(event) => {
          choose(row, ROW_ERRORS.find((error) => error === event.currentTarget.value) ?? null);
        }}
      />
    ),
  };
}

/** What became of it. */
function markColumn(marks: Marks): Column<ReportRow> {
  return { id: 'marks', header: 'It was', cell: ({ row }) => <MarkList marks={marks.ofRows.get(row) ?? []} /> };
}
