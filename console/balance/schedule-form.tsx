import { NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway/gateway.js';
import type { PayoutSchedule } from '../gateway/money-types.js';
import { keys, queries } from '../gateway/queries.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { notifyDone, notifyFailure } from '../parts/notices.js';
import { Section } from '../parts/page.js';
import { Time } from '../parts/time.js';

const INTERVALS: readonly PayoutSchedule['interval'][] = ['manual', 'daily', 'weekly', 'monthly'];

/** When all that is available is paid out by itself, for each currency. */
export function ScheduleForm({ currencies }: { readonly currencies: readonly string[] }) {
  const { data, error } = useQuery({
    queryKey: keys.payoutSchedule,
    queryFn: ({ signal }) => gateway.payouts.schedule({ signal }),
  });
  return (
    <Section title="Payout schedule">
      {error ? (
        <ErrorNotice error={error} what="The schedule could not be read" />
      ) : data ? (
        <Stack>
          {currencies.map((currency) => (
            <CurrencySchedule
              key={currency}
              schedule={
                data.find((schedule) => schedule.currency === currency) ?? {
                  currency,
                  interval: 'manual',
                  nextPayoutAt: null,
                }
              }
            />
          ))}
        </Stack>
      ) : (
        <Skeleton height={60} />
      )}
    </Section>
  );
}

function CurrencySchedule({ schedule: { currency, interval, nextPayoutAt } }: { readonly schedule: PayoutSchedule }) {
  const change = useMutation({
    mutationFn: (next: PayoutSchedule['interval']) => gateway.payouts.setSchedule({ currency, interval: next }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.payoutSchedule });
      notifyDone(`The payout schedule of ${currency} was changed.`);
    },
    onError: (error) => {
      notifyFailure(`The payout schedule of ${currency} was not changed`, error);
    },
  });
  return (
    <div>
      <NativeSelect
        label={`Payouts in ${currency}`}
        data={[...INTERVALS]}
        value={interval}
        disabled={change.isPending}
        onChange={(event) => {
          const next = INTERVALS.find((known) => known === event.currentTarget.value);
          if (next) change.mutate(next);
        }}
      />
      <Text size="sm" c="dimmed" mt={4}>
        {nextPayoutAt === null ? (
          'Nothing is paid out by itself.'
        ) : (
          <>
            The next one: <Time at={nextPayoutAt} />
          </>
        )}
      </Text>
    </div>
  );
}
