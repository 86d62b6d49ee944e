import { Anchor, Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Refund } from '../../client/payments.js';
import { EventsOf } from '../events/events-of.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Copyable, Id } from '../parts/copyable.js';
import { ConfirmButton } from '../parts/actions.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';

export default function RefundPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Refund"
      query={{
        queryKey: [...keys.refunds, id],
        queryFn: ({ signal }) => gateway.refunds.get(id, { signal }),
      }}
    >
      {(refund) => <ShownRefund refund={refund} />}
    </ObjectPage>
  );
}

function ShownRefund({ refund }: { readonly refund: Refund }) {
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
      <Columns
        story={
          <Section title="What happened">
            <EventsOf id={refund.id} object="this refund" none="Nothing happened yet." />
          </Section>
        }
        facts={<RefundFacts refund={refund} />}
      />
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
