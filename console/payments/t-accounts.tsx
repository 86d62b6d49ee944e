import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Amount } from '../parts/amount.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { formatAmount } from '../parts/money.js';
import { wordsOf } from '../parts/status.js';
import classes from './t-accounts.module.css';

type TAccount = Schemas['TAccountDto'];

/** The accounts that a payment moved money between: debits left, credits right, each with its reason. */
export function TAccounts({ id }: { readonly id: string }) {
  const { data, error } = useQuery({
    queryKey: [...keys.tAccounts, id],
    queryFn: ({ signal }) => gateway.payments.tAccounts(id, { signal }),
  });
  if (error) return <ErrorNotice error={error} what="The T-accounts could not be read" />;
  if (!data) return <Skeleton height={200} />;
  if (data.accounts.length === 0) return 'No money moved yet.';
  return (
    <>
      <Text mb="sm">Each move of money is an entry: what its debits add up to, its credits add up to as well.</Text>
      <div className={classes.accounts}>
        {data.accounts.map((account) => (
          <Account key={account.account} account={account} currency={data.currency} />
        ))}
      </div>
    </>
  );
}

interface AccountProps {
  readonly account: TAccount;
  readonly currency: string;
}

function Account({ account: { account, debits, credits, balance }, currency }: AccountProps) {
  const name = wordsOf(account);
  return (
    <section className={classes.account} aria-label={`T-account ${name}`}>
      <h3>{name}</h3>
      <div className={classes.sides}>
        <Side title="Debit" lines={debits} currency={currency} />
        <Side title="Credit" lines={credits} currency={currency} />
      </div>
      <p className={classes.balance}>Holds {formatAmount(balance, currency)}</p>
    </section>
  );
}

interface SideProps {
  readonly title: string;
  readonly lines: TAccount['debits'];
  readonly currency: string;
}

function Side({ title, lines, currency }: SideProps) {
  return (
    <div>
      <h4>{title}</h4>
      <ul>
        {lines.map(({ entryId, amount, type, why }, index) => (
          <li key={`${entryId} ${index}`}>
            <span className={classes.line}>
              {wordsOf(type)} <Amount value={amount} currency={currency} />
            </span>
            <small>{why}</small>
          </li>
        ))}
      </ul>
    </div>
  );
}
