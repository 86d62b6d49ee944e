import { Anchor, Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Payment, Refund } from '../../client/payments.js';
import { EventsOf } from '../events/events-of.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Section } from '../parts/page.js';
import { REFUND_COLUMNS } from '../refunds/refund-columns.js';
import { TAccounts } from './t-accounts.js';

const LIMIT = 50;

/** The events, refunds and T-accounts of a payment. */
export function PaymentTraces({ payment: { id } }: { readonly payment: Payment }) {
  const refunds = useQuery({
    queryKey: [...keys.refunds, 'of', id],
    queryFn: async ({ signal }) => gateway.refunds.list({ payment: id, limit: LIMIT }, { signal }),
  });
  return (
    <Section title="Events, refunds and T-accounts">
      <Tabs defaultValue="events" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="events">Events</Tabs.Tab>
          <Tabs.Tab value="refunds">Refunds ({refunds.data?.data.length ?? '…'})</Tabs.Tab>
          <Tabs.Tab value="t-accounts">T-accounts</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="events">
          <EventsOf id={id} object="this payment" none="Nothing happened yet." />
        </Tabs.Panel>
        <Tabs.Panel value="refunds">
          {refunds.error ? (
            <ErrorNotice error={refunds.error} what="The refunds could not be read" />
          ) : refunds.data?.data.length === 0 ? (
            'Nothing of this payment was refunded.'
          ) : (
            <DataTable
              label="Refunds of this payment"
              columns={REFUND_COLUMNS}
              rows={refunds.data?.data}
              hrefOf={(refund: Refund) => `/refunds/${refund.id}`}
            />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="t-accounts">
          <TAccounts id={id} />
        </Tabs.Panel>
      </Tabs>
      <Group gap="md" mt="sm">
        <Anchor component={Link} href="/webhooks?tab=deliveries" size="sm">
          All deliveries
        </Anchor>
        <Anchor component={Link} href={`/disputes?paymentId=${id}`} size="sm">
          Disputes of this payment
        </Anchor>
        <Anchor component={Link} href={`/balance?source=${id}`} size="sm">
          Its balance transactions
        </Anchor>
      </Group>
    </Section>
  );
}
