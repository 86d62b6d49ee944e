import { NativeSelect, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { gateway } from '../gateway/gateway.js';
import type { Balance } from '../gateway/money-types.js';
import { keys } from '../gateway/queries.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { useNow } from '../parts/now.js';
import { Section } from '../parts/page.js';
import { balanceOverTime, ownBalance } from './balance-over-time.js';
import { amountIn, currenciesOf } from './balance-sums.js';

const BalancePlot = lazy(async () => ({ default: (await import('./balance-plot.js')).BalancePlot }));

/** The latest transactions that the plot shows. */
const LIMIT = 100;

/** How pending and available money of one currency changed, over the latest transactions. */
export function BalanceHistory({ balance }: { readonly balance: Balance }) {
  const currencies = currenciesOf(balance);
  const [chosen, setChosen] = useState<string | null>(null);
  const currency = chosen !== null && currencies.includes(chosen) ? chosen : (currencies[0] ?? 'USD');
  const now = useNow();
  const { data, error } = useQuery({
    queryKey: [...keys.balance, 'over-time', currency],
    queryFn: async ({ signal }) => gateway.balance.transactions({ currency, limit: LIMIT }, { signal }),
    placeholderData: keepPreviousData,
  });
  const total = ownBalance(amountIn(balance, 'pending', currency), amountIn(balance, 'available', currency));
  const points = useMemo(() => data && balanceOverTime(data.data, total, now), [data, total, now]);
  return (
    <Section
      title="Balance over time"
      actions={
        currencies.length > 1 ? (
          <NativeSelect
            size="xs"
            aria-label="Currency"
            data={currencies}
            value={currency}
            onChange={(event) => {
              setChosen(event.currentTarget.value);
            }}
          />
        ) : undefined
      }
    >
      {error ? (
        <ErrorNotice error={error} what="The transactions could not be read" />
      ) : points ? (
        <Suspense fallback={<Skeleton height={240} />}>
          <BalancePlot points={points} currency={currency} />
        </Suspense>
      ) : (
        <Skeleton height={240} />
      )}
    </Section>
  );
}
