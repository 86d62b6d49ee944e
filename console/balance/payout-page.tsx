import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { EventsOf } from '../events/events-of.js';
import { gateway } from '../gateway/gateway.js';
import type { Payout } from '../gateway/money-types.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { Id } from '../parts/copyable.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { ObjectPage } from '../parts/object-page.js';
import { Columns, Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { TRANSACTION_COLUMNS } from './transaction-columns.js';

const LIMIT = 100;

/** The payout of all rows is that of the page. */
const COLUMNS = TRANSACTION_COLUMNS.filter(({ id }) => !['payout', 'status', 'availableOn', 'id'].includes(id));

export default function PayoutPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Payout"
      query={{
        queryKey: [...keys.payouts, id],
        queryFn: ({ signal }) => gateway.payouts.get(id, { signal }),
      }}
    >
      {(payout) => <ShownPayout payout={payout} />}
    </ObjectPage>
  );
}

function ShownPayout({ payout }: { readonly payout: Payout }) {
  const { amount, currency, status, id } = payout;
  const report = useReport(id);
  return (
    <Page
      title={formatAmount(amount, currency)}
      beside={<StatusBadge status={status} />}
      lead="Payout"
      actions={
        <>
          {report === undefined ? null : (
            <Button component={Link} href={`/settlements/${report}`}>
              Settlement report
            </Button>
          )}
          {status === 'pending' ? <CancelPayout payout={payout} /> : null}
        </>
      }
    >
      <Columns
        story={
          <>
            <Section title="What happened">
              <EventsOf id={id} object="this payout" none="Nothing happened yet." />
            </Section>
            <Transactions payout={payout} />
          </>
        }
        facts={<PayoutFacts payout={payout} />}
      />
    </Page>
  );
}

/** The id of the report of a payout; undefined until it is known. */
function useReport(payout: string): string | undefined {
  const { data } = useQuery({
    queryKey: [...keys.settlements, 'of', payout],
    queryFn: async ({ signal }) => gateway.settlements.list({ payout, limit: 1 }, { signal }),
  });
  return data?.data[0]?.id;
}

function CancelPayout({ payout: { id, amount, currency } }: { readonly payout: Payout }) {
  return (
    <ConfirmButton
      label="Cancel payout"
      sentence={`Cancel the payout of ${formatAmount(amount, currency)}. It is available again at once.`}
      done="The payout was canceled."
      failed="The payout was not canceled"
      isDestructive
      run={async () => {
        await gateway.payouts.cancel(id);
        await Promise.all(
          [keys.payouts, keys.balance, keys.balanceTransactions].map((queryKey) =>
            queries.invalidateQueries({ queryKey }),
          ),
        );
      }}
    />
  );
}

/** What the payout takes, and the payout itself. */
function Transactions({ payout: { id } }: { readonly payout: Payout }) {
  const { data, error } = useQuery({
    queryKey: [...keys.balanceTransactions, 'of', id],
    queryFn: async ({ signal }) => gateway.balance.transactions({ payout: id, limit: LIMIT }, { signal }),
  });
  return (
    <Section title="Transactions">
      {error ? (
        <ErrorNotice error={error} what="The transactions could not be read" />
      ) : data?.data.length === 0 ? (
        'It takes no transaction.'
      ) : (
        <DataTable label="Transactions of this payout" columns={COLUMNS} rows={data?.data} />
      )}
    </Section>
  );
}

function PayoutFacts({ payout }: { readonly payout: Payout }) {
  const { id, bankAccount, arrivalDate, automatic, description, failure, metadata, createdAt, updatedAt } = payout;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          ['Bank account', bankAccount],
          ['Arrives', <Time key="arrives" at={arrivalDate} />],
          ['Failure', failure && `${failure.code}: ${failure.message}`],
          ['Made', automatic ? 'by schedule' : 'by hand'],
          ['Description', description],
          ['Created', <Time key="created" at={createdAt} />],
          ['Updated', <Time key="updated" at={updatedAt} />],
          ...Object.entries(metadata),
        ]}
      />
    </Section>
  );
}
