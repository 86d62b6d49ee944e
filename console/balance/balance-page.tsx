import { Button, SimpleGrid, Skeleton, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useSearchParams } from 'wouter';
import { chargeSnippets } from '../charge/charge-snippets.js';
import { gateway } from '../gateway/gateway.js';
import type { Balance, BalanceTransaction, Payout } from '../gateway/money-types.js';
import { keys } from '../gateway/queries.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { List } from '../parts/list-page.js';
import { formatText } from '../parts/money.js';
import { Page, Section } from '../parts/page.js';
import { AuditBadge, AuditDifferences } from './audit-badge.js';
import { BalanceHistory } from './balance-history.js';
import { currenciesOf, PLACES } from './balance-sums.js';
import { PAYOUT_COLUMNS } from './payout-columns.js';
import { PayoutForm } from './payout-form.js';
import { ScheduleForm } from './schedule-form.js';
import { TRANSACTION_COLUMNS } from './transaction-columns.js';
import { isNewPayout, isNewTransaction, PAYOUT_FILTERS, TRANSACTION_FILTERS } from './transaction-filters.js';
import classes from './balance.module.css';

const KEEP = ['tab'];

const payoutPath = ({ id }: Pick<Payout, 'id'>): string => `/balance/payouts/${id}`;

export default function BalancePage() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [, navigate] = useLocation();
  const { data, error, refetch } = useQuery({
    queryKey: keys.balance,
    queryFn: ({ signal }) => gateway.balance.get({ signal }),
  });
  const currencies = data ? currenciesOf(data) : [];
  return (
    <Page
      title="Balance"
      beside={<AuditBadge />}
      lead="What was earned, where it is now, and what was paid out to a bank."
      actions={
        <Button onClick={open} disabled={currencies.length === 0}>
          New payout
        </Button>
      }
    >
      {error ? (
        <ErrorNotice error={error} what="The balance could not be read" onRetry={() => void refetch()} />
      ) : data ? (
        <Sums balance={data} />
      ) : (
        <Skeleton height={110} />
      )}
      <AuditDifferences />
      {data && currencies.length > 0 ? (
        <div className={classes.grid}>
          <BalanceHistory balance={data} />
          <ScheduleForm currencies={currencies} />
        </div>
      ) : null}
      <Movements onPayout={currencies.length > 0 ? open : null} />
      {isOpen && data ? (
        <PayoutForm
          balance={data}
          onClose={close}
          onCreated={(payout) => {
            navigate(payoutPath(payout));
          }}
        />
      ) : null}
    </Page>
  );
}

function Sums({ balance }: { readonly balance: Balance }) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      {PLACES.map(({ name, label, says }) => (
        <Section key={name} title={label}>
          <ul className={classes.sums}>
            {balance[name].map(({ amountText, currency }) => (
              <li key={currency}>{formatText(amountText, currency)}</li>
            ))}
            {balance[name].length === 0 ? <li>0</li> : null}
          </ul>
          <p className={classes.says}>{says}</p>
        </Section>
      ))}
    </SimpleGrid>
  );
}

/** Transactions and payouts. */
function Movements({ onPayout }: { readonly onPayout: (() => void) | null }) {
  const [search, setSearch] = useSearchParams();
  const tab = search.get('tab') === 'payouts' ? 'payouts' : 'transactions';
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(next) => {
        setSearch(next === 'payouts' ? { tab: next } : {});
      }}
    >
      <Tabs.List mb="md">
        <Tabs.Tab value="transactions">Transactions</Tabs.Tab>
        <Tabs.Tab value="payouts">Payouts</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="transactions">
        <List<BalanceTransaction>
          what="transactions"
          filters={TRANSACTION_FILTERS}
          columns={TRANSACTION_COLUMNS}
          subject={keys.balanceTransactions}
          list={(query, signal) => gateway.balance.transactions(query, { signal })}
          isNew={isNewTransaction}
          empty={{
            sentence: 'Every payment, refund, dispute and payout moves money, and stands here with its fee.',
            action: (
              <Button component={Link} href="/charge">
                New charge
              </Button>
            ),
            curl: chargeSnippets(location.origin, {
              customerName: 'Jenny Rosen',
              paymentAmount: 19.99,
              currency: 'USD',
              paymentMethod: 'pm_card_bypassPending',
            }).curl,
          }}
        />
      </Tabs.Panel>
      <Tabs.Panel value="payouts">
        <List<Payout>
          what="payouts"
          filters={PAYOUT_FILTERS}
          columns={PAYOUT_COLUMNS}
          subject={keys.payouts}
          list={(query, signal) => gateway.payouts.list(query, { signal })}
          hrefOf={payoutPath}
          isNew={isNewPayout}
          keep={KEEP}
          empty={{
            sentence: 'A payout sends what is available to a bank account of tests, by hand or by a schedule.',
            ...(onPayout && { action: <Button onClick={onPayout}>New payout</Button> }),
            curl: `curl ${location.origin}/api/v1/payouts \\
  -H "X-API-Key: $MPG_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d '{"amount": 19.11, "currency": "USD", "bankAccount": "ba_success"}'`,
          }}
        />
      </Tabs.Panel>
    </Tabs>
  );
}
