import { Anchor, Button, Table } from '@mantine/core';
import { Link } from 'wouter';
import { EventsOf } from '../events/events-of.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { ConfirmButton } from '../parts/actions.js';
import { Copyable, Id } from '../parts/copyable.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';
import type { CheckoutSession } from './checkout-sessions-page.js';

export default function CheckoutSessionPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Checkout session"
      query={{
        queryKey: [...keys.checkoutSessions, id],
        queryFn: ({ signal }) => gateway.checkoutSessions.get(id, { signal }),
      }}
    >
      {(session) => <ShownSession session={session} />}
    </ObjectPage>
  );
}

function ShownSession({ session }: { readonly session: CheckoutSession }) {
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
              <EventsOf id={session.id} object="this session" none="The customer has not finished yet." />
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
