import { Anchor, Button, Skeleton, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { EVENT_COLUMNS } from '../events/event-columns.js';
import { gateway } from '../gateway/gateway.js';
import { isNotFound, keys, queries } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { ConfirmButton } from '../parts/actions.js';
import { Copyable, Id } from '../parts/copyable.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { NotFound } from '../shell/shell.js';
import type { CheckoutSession } from './checkout-sessions-page.js';

const LIMIT = 50;

export default function CheckoutSessionPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  const {
    data: session,
    error,
    refetch,
  } = useQuery({
    queryKey: [...keys.checkoutSessions, id],
    queryFn: ({ signal }) => gateway.checkoutSessions.get(id, { signal }),
  });
  const events = useQuery({
    queryKey: [...keys.events, 'of', id],
    queryFn: async ({ signal }) => gateway.events.list({ objectId: id, limit: LIMIT }, { signal }),
  });
  if (isNotFound(error)) return <NotFound />;
  if (!session)
    return (
      <Page title="Checkout session">
        {error ? (
          <ErrorNotice error={error} what="The session could not be read" onRetry={() => void refetch()} />
        ) : (
          <Skeleton height={320} />
        )}
      </Page>
    );
  return (
    <Page
      title={formatAmount(session.amount, session.currency)}
      beside={<StatusBadge status={session.status} />}
      lead="Checkout session"
      actions={session.status === 'open' ? <Actions session={session} /> : undefined}
    >
      <Columns
        story={
          <>
            <LineItems session={session} />
            <Section title="What happened">
              {events.data?.data.length === 0 ? (
                'The customer has not finished yet.'
              ) : (
                <DataTable
                  label="Events of this session"
                  columns={EVENT_COLUMNS}
                  rows={events.data?.data}
                  hrefOf={(event) => `/events/${event.id}`}
                />
              )}
            </Section>
          </>
        }
        facts={<SessionFacts session={session} />}
      />
    </Page>
  );
}

function Actions({ session: { id, url } }: { readonly session: CheckoutSession }) {
  return (
    <>
      <Button component="a" href={url} target="_blank" rel="noreferrer">
        Open the page
      </Button>
      <ConfirmButton
        label="Expire"
        sentence="Expire the session now. The customer can't pay on its page any more."
        done="The session was expired."
        failed="The session was not expired"
        isDestructive
        run={async () => {
          await gateway.checkoutSessions.expire(id);
          await queries.invalidateQueries({ queryKey: keys.checkoutSessions });
        }}
      />
    </>
  );
}

function LineItems({ session: { lineItems, currency } }: { readonly session: CheckoutSession }) {
  if (lineItems.length === 0) return null;
  return (
    <Section title="Line items">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Quantity</Table.Th>
            <Table.Th>Amount of one</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lineItems.map(({ name, quantity, amount }, index) => (
            <Table.Tr key={index}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{name}</Table.Td>
              <Table.Td>{quantity}</Table.Td>
              <Table.Td>
                <Amount value={amount} currency={currency} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function SessionFacts({ session }: { readonly session: CheckoutSession }) {
  const { id, url, paymentId, orderReference, successUrl, cancelUrl, expiresAt, createdAt, metadata } = session;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Id', <Id key="id" id={id} />],
          ['Page', <Copyable key="url" text={url} />],
          [
            'Payment',
            paymentId && (
              <Anchor key="payment" component={Link} href={`/payments/${paymentId}`}>
                {shortenId(paymentId)}
              </Anchor>
            ),
          ],
          ['Order', orderReference],
          ['Success URL', successUrl],
          ['Cancel URL', cancelUrl],
          ['Expires', <Time key="expires" at={expiresAt} />],
          ['Created', <Time key="created" at={createdAt} />],
          ...Object.entries(metadata),
        ]}
      />
    </Section>
  );
}
