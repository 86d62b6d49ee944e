import { Anchor, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Refund } from '../../client/payments.js';
import { EVENT_COLUMNS } from '../events/event-columns.js';
import { gateway } from '../gateway/gateway.js';
import { isNotFound, keys, queries } from '../gateway/queries.js';
import { Copyable, Id } from '../parts/copyable.js';
import { ConfirmButton } from '../parts/actions.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { NotFound } from '../shell/shell.js';

const LIMIT = 50;

export default function RefundPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  const {
    data: refund,
    error,
    refetch,
  } = useQuery({
    queryKey: [...keys.refunds, id],
    queryFn: ({ signal }) => gateway.refunds.get(id, { signal }),
  });
  if (isNotFound(error)) return <NotFound />;
  if (!refund)
    return (
      <Page title="Refund">
        {error ? (
          <ErrorNotice error={error} what="The refund could not be read" onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={240} />
        )}
      </Page>
    );
  const { amount, currency, status, paymentId } = refund;
  return (
    <Page
      title={formatAmount(amount, currency)}
      beside={<StatusBadge status={status} />}
      lead="Refund"
      actions={
        <>
          {status === 'pending' ? <CancelRefund refund={refund} /> : null}
          <Button component={Link} href={`/payments/${paymentId}`} variant="default">
            Open the payment
          </Button>
        </>
      }
    >
      <Columns story={<RefundEvents id={id} />} facts={<RefundFacts refund={refund} />} />
    </Page>
  );
}

function CancelRefund({ refund: { id, amount, currency } }: { readonly refund: Refund }) {
  return (
    <ConfirmButton
      label="Cancel refund"
      sentence={`Cancel the refund of ${formatAmount(amount, currency)}. The customer gets nothing back.`}
      done="The refund was canceled."
      failed="The refund was not canceled"
      isDestructive
      run={async () => {
        await gateway.refunds.cancel(id);
        await queries.invalidateQueries({ queryKey: keys.refunds });
      }}
    />
  );
}

function RefundEvents({ id }: { readonly id: string }) {
  const { data, error } = useQuery({
    queryKey: [...keys.events, 'of', id],
    queryFn: async ({ signal }) => gateway.events.list({ objectId: id, limit: LIMIT }, { signal }),
  });
  return (
    <Section title="What happened">
      {error ? (
        <ErrorNotice error={error} what="The events could not be read" />
      ) : (
        <DataTable
          label="Events of this refund"
          columns={EVENT_COLUMNS}
          rows={data?.data}
          hrefOf={(event) => `/events/${event.id}`}
        />
      )}
    </Section>
  );
}

function RefundFacts({ refund }: { readonly refund: Refund }) {
  const { id, paymentId, reason, orderReference, failure, createdAt, metadata } = refund;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          [
            'Payment',
            <Anchor key="payment" component={Link} href={`/payments/${paymentId}`}>
              {shortenId(paymentId)}
            </Anchor>,
          ],
          ['Reason', reason],
          ['Order', orderReference && <Copyable key="order" text={orderReference} />],
          ['Failure', failure?.message ?? null],
          ['Created', <Time key="created" at={createdAt} />],
          ...Object.entries(metadata),
        ]}
      />
    </Section>
  );
}
