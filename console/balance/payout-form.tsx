import { Button, Group, Modal, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { gateway } from '../gateway/gateway.js';
import type { Balance, Payout } from '../gateway/money-types.js';
import { keys, queries } from '../gateway/queries.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { formatAmount, subtract } from '../parts/money.js';
import { notifyDone } from '../parts/notices.js';
import { amountIn, currenciesOf } from './balance-sums.js';
import { BANK_ACCOUNTS } from './bank-accounts.js';

interface PayoutFormProps {
  readonly balance: Balance;
  readonly onClose: () => void;
  readonly onCreated: (payout: Payout) => void;
}

/** Pays available money out to a bank account of tests. */
export function PayoutForm({ balance, onClose, onCreated }: PayoutFormProps) {
  const currencies = currenciesOf(balance);
  const [currency, setCurrency] = useState(
    currencies.find((one) => amountIn(balance, 'available', one) > 0) ?? currencies[0] ?? 'USD',
  );
  const available = amountIn(balance, 'available', currency);
  const [typed, setTyped] = useState<number | string | null>(null);
  const [bankAccount, setBankAccount] = useState<(typeof BANK_ACCOUNTS)[number]['value']>('ba_success');
  const [description, setDescription] = useInputState('');
  const amount = Number(typed ?? Math.max(0, available));
  const create = useMutation({
    mutationFn: () =>
      gateway.payouts.create({
        amount,
        currency,
        bankAccount,
        ...(description.trim() !== '' && { description: description.trim() }),
      }),
    onSuccess: async (payout) => {
      await Promise.all(
        [keys.balance, keys.balanceTransactions, keys.payouts].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
      notifyDone('The payout was made.');
      onCreated(payout);
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  const left = subtract(available, Number.isFinite(amount) ? amount : 0);
  return (
    <Modal opened onClose={onClose} title="New payout">
      <form onSubmit={submit}>
        <Stack>
          <NativeSelect
            label="Currency"
            data={currencies.length === 0 ? [currency] : currencies}
            value={currency}
            onChange={(event) => {
              setCurrency(event.currentTarget.value);
              setTyped(null);
            }}
          />
          <NumberInput
            label={`Amount in ${currency}`}
            value={typed ?? Math.max(0, available)}
            onChange={setTyped}
            clampBehavior="none"
            hideControls
            required
            data-autofocus
          />
          <NativeSelect
            label="Bank account"
            data={[...BANK_ACCOUNTS]}
            value={bankAccount}
            onChange={(event) => {
              const next = BANK_ACCOUNTS.find(({ value }) => value === event.currentTarget.value);
              if (next) setBankAccount(next.value);
            }}
          />
          <TextInput label="Description" value={description} onChange={setDescription} />
          <Text>
            {formatAmount(available, currency)} can be paid out
            {left >= 0 ? `; ${formatAmount(left, currency)} stay available` : ', which is less than that'}.
          </Text>
          {create.error ? <ErrorNotice error={create.error} what="The payout was not made" /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button type="submit" loading={create.isPending}>
              Pay out
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
