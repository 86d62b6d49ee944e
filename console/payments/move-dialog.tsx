import { Button, Group, Modal, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Payment } from '../../client/payments.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { notifyDone } from '../parts/notices.js';
import { amountLeft, describeMove, type Move } from './payment-moves.js';

export const MOVE_NAMES: Readonly<Record<Move, string>> = {
  capture: 'Capture',
  refund: 'Refund',
  authenticate: 'Authenticate',
  void: 'Void',
  cancel: 'Cancel payment',
  delete: 'Delete',
};

const DONE: Readonly<Record<Move, string>> = {
  capture: 'The payment was captured.',
  refund: 'The refund was made.',
  authenticate: 'The challenge was answered.',
  void: 'The authorization was voided.',
  cancel: 'The payment was canceled.',
  delete: 'The payment was deleted.',
};

const DESTRUCTIVE: readonly Move[] = ['void', 'cancel', 'delete'];

interface MoveDialogProps {
  readonly payment: Payment;
  readonly move: Move;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Says in one sentence what a move will do, and asks for what it needs. */
export function MoveDialog({ payment, move, onClose, onDeleted }: MoveDialogProps) {
  const hasAmount = move === 'capture' || move === 'refund';
  const left = hasAmount ? amountLeft(payment, move) : 0;
  const [amount, setAmount] = useState<number | string>(left);
  const [reason, setReason] = useInputState('');
  const [result, setResult] = useState<'succeeded' | 'failed'>('succeeded');
  const asked = typeof amount === 'number' ? amount : Number(amount);
  const run = useMutation({
    mutationFn: () => send(payment.id, move, { amount: asked, reason: reason.trim(), result }),
    onSuccess: async () => {
      notifyDone(DONE[move]);
      onClose();
      if (move === 'delete') {
        onDeleted();
        return;
      }
      await Promise.all(
        [keys.payment(payment.id), keys.timeline(payment.id), keys.refunds].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    run.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={MOVE_NAMES[move]}>
      <form onSubmit={submit}>
        <Stack>
          {hasAmount ? (
            <NumberInput
              label={`Amount in ${payment.currency}`}
              value={amount}
              onChange={setAmount}
              max={left}
              clampBehavior="none"
              hideControls
              required
              data-autofocus
            />
          ) : null}
          {move === 'refund' ? <TextInput label="Reason" value={reason} onChange={setReason} /> : null}
          {move === 'authenticate' ? (
            <Radio.Group
              label="The customer"
              value={result}
              onChange={(value) => {
                setResult(value === 'failed' ? 'failed' : 'succeeded');
              }}
            >
              <Group mt="xs">
                <Radio value="succeeded" label="authenticates" />
                <Radio value="failed" label="fails to" />
              </Group>
            </Radio.Group>
          ) : null}
          <Text>{describeMove(payment, move, hasAmount && Number.isFinite(asked) ? asked : left)}</Text>
          {run.error ? <ErrorNotice error={run.error} what="Nothing was changed" /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Keep as it is
            </Button>
            <Button type="submit" color={DESTRUCTIVE.includes(move) ? 'red' : 'indigo'} loading={run.isPending}>
              {MOVE_NAMES[move]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface MoveInput {
  readonly amount: number;
  readonly reason: string;
  readonly result: 'succeeded' | 'failed';
}

function send(id: string, move: Move, { amount, reason, result }: MoveInput): Promise<unknown> {
  switch (move) {
    case 'capture':
      return gateway.payments.capture(id, { amount });
    case 'refund':
      return gateway.payments.refund(id, { amount, ...(reason !== '' && { reason }) });
    case 'authenticate':
      return gateway.payments.authenticate(id, { result });
    case 'void':
      return gateway.payments.void(id);
    case 'cancel':
      return gateway.payments.cancel(id);
    case 'delete':
      return gateway.payments.delete(id);
  }
}
