import { Anchor, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { StatusBadge } from '../parts/status-badge.js';

/** Orders that were paid twice, and writes that were repeated without a key. */
export function DoubleCharges() {
  const { data, error, refetch } = useQuery({
    queryKey: keys.doubleCharges,
    queryFn: ({ signal }) => gateway.doubleCharges.list({ signal }),
  });
  return (
    <Section title="Double charges">
      {error ? (
        <ErrorNotice error={error} what="The report could not be read" onRetry={() => void refetch()} />
      ) : data?.length === 0 ? (
        'No order was paid twice, and no write was repeated without its key.'
      ) : (
        <Stack gap="sm">
          {data?.map(({ kind, explanation, paymentIds, amountAtStake, currency }, index) => (
            <div key={index}>
              <StatusBadge status="failed" label={kind.replaceAll('_', ' ')} />{' '}
              {currency === null ? null : <Amount value={amountAtStake} currency={currency} />} {explanation}{' '}
              {paymentIds.map((id) => (
                <Anchor key={id} component={Link} href={`/payments/${id}`} mr="sm" underline="always">
                  {shortenId(id)}
                </Anchor>
              ))}
            </div>
          ))}
        </Stack>
      )}
    </Section>
  );
}
