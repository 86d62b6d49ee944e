import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { gateway } from '../gateway/gateway.js';
import type { Settlement } from '../gateway/money-types.js';
import { keys } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import { DataTable } from '../parts/data-table.js';
import { EmptyState } from '../parts/empty-state.js';
import { notifyFailure } from '../parts/notices.js';
import { ObjectPage } from '../parts/object-page.js';
import { Page, Section } from '../parts/page.js';
import { download } from './download.js';
import { PracticeForm } from './practice-form.js';
import { identified, rowColumns } from './row-columns.js';
import { Totals } from './totals.js';

export default function SettlementPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Settlement report"
      query={{
        queryKey: [...keys.settlements, id],
        queryFn: ({ signal }) => gateway.settlements.get(id, { signal }),
      }}
    >
      {(report) => <ShownSettlement report={report} />}
    </ObjectPage>
  );
}

function ShownSettlement({ report }: { readonly report: Settlement }) {
  const { id, payoutId, day, currency, rows } = report;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [, navigate] = useLocation();
  return (
    <Page
      title={day === null ? `Settlement in ${currency}` : `${day} in ${currency}`}
      lead={
        <>
          {day === null ? 'What a payout pays, row by row. ' : 'All that moved money on this day (UTC), row by row. '}
          <Id id={id} />
        </>
      }
      actions={
        <>
          <Button onClick={open} disabled={rows.length === 0}>
            Practice
          </Button>
          <DownloadCsv id={id} />
          {payoutId === null ? null : (
            <Button component={Link} href={`/balance/payouts/${payoutId}`} variant="default">
              Open the payout
            </Button>
          )}
        </>
      }
    >
      <Section title="Totals">
        <Totals report={report} />
      </Section>
      {rows.length === 0 ? (
        <EmptyState sentence="Nothing moved money here." />
      ) : (
        <DataTable label="Rows of the report" columns={rowColumns(payoutId !== null)} rows={identified(rows)} />
      )}
      {isOpen ? (
        <PracticeForm
          settlementId={id}
          rows={rows.length}
          onClose={close}
          onCreated={(exercise) => {
            navigate(`/settlements/exercises/${exercise.id}`);
          }}
        />
      ) : null}
    </Page>
  );
}

function DownloadCsv({ id }: { readonly id: string }) {
  const run = useMutation({
    mutationFn: () => gateway.settlements.csv(id),
    onSuccess: (csv) => {
      download(`${id}.csv`, csv, 'text/csv');
    },
    onError: (error) => {
      notifyFailure('The report was not downloaded', error);
    },
  });
  return (
    <Button
      variant="default"
      loading={run.isPending}
      onClick={() => {
        run.mutate();
      }}
    >
      Download CSV
    </Button>
  );
}
