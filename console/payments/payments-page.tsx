import { Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Payment } from '../../client/payments.js';
import { chargeSnippets } from '../charge/charge-snippets.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { ListPage } from '../parts/list-page.js';
import { PAYMENT_COLUMNS } from './payment-columns.js';
import { isNewPayment, PAYMENT_FILTERS } from './payment-filters.js';

const hrefOf = ({ id }: Payment): string => `/payments/${id}`;

const NewCharge = () => (
  <Button component={Link} href="/charge">
    New charge
  </Button>
);

export default function PaymentsPage() {
  return (
    <ListPage
      title="Payments"
      lead="What customers were charged, newest first."
      actions={<NewCharge />}
      what="payments"
      filters={PAYMENT_FILTERS}
      columns={PAYMENT_COLUMNS}
      subject={keys.payments}
      list={(query, signal) => gateway.payments.list(query, { signal })}
      hrefOf={hrefOf}
      isNew={isNewPayment}
      empty={{
        sentence: 'Every payment that is charged stands here, with what became of it.',
        action: <NewCharge />,
        curl: chargeSnippets(location.origin, {
          customerName: 'Jenny Rosen',
          paymentAmount: 19.99,
          currency: 'USD',
        }).curl,
      }}
    />
  );
}
