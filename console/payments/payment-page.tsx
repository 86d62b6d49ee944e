import { Anchor, Button, Menu, Skeleton } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Payment } from '../../client/payments.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Copyable, Id } from '../parts/copyable.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { Columns, Page, Section } from '../parts/page.js';
import { wordsOf } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';
import { MOVE_NAMES, MoveDialog } from './move-dialog.js';
import { type Move, movesOf } from './payment-moves.js';
import { PaymentTraces } from './payment-traces.js';
import { Story } from './story.js';

/** A webhook is tried again without an event that says so, so its attempts are asked for, in ms. */
const ATTEMPTS_EVERY_MS = 4_000;

export default function PaymentPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Payment"
      query={{
        queryKey: keys.payment(id),
        queryFn: ({ signal }) => gateway.payments.get(id, { signal }),
      }}
    >
      {(payment) => <ShownPayment payment={payment} />}
    </ObjectPage>
  );
}

function ShownPayment({ payment }: { readonly payment: Payment }) {
  const { id, amount, currency, customerName, status } = payment;
  const { data: timeline, error } = useQuery({
    queryKey: keys.timeline(id),
    queryFn: ({ signal }) => gateway.payments.timeline(id, { signal }),
    refetchInterval: ATTEMPTS_EVERY_MS,
  });
  return (
    <Page
      title={formatAmount(amount, currency)}
      beside={<StatusBadge status={status} />}
      lead={customerName}
      actions={<Moves payment={payment} />}
    >
      <Columns
        story={
          <>
            <Section title="What happened">
              {error ? (
                <ErrorNotice error={error} what="The timeline could not be read" />
              ) : timeline ? (
                <Story steps={timeline.data} />
              ) : (
                <Skeleton height={200} />
              )}
            </Section>
            <PaymentTraces payment={payment} />
          </>
        }
        facts={<PaymentFacts payment={payment} />}
      />
    </Page>
  );
}

function Moves({ payment }: { readonly payment: Payment }) {
  const [move, setMove] = useState<Move | null>(null);
  const [, navigate] = useLocation();
  const [usual, ...others] = movesOf(payment);
  const isQuiet = usual === 'delete' || usual === 'cancel';
  const inMenu = isQuiet ? [usual, ...others] : others;
  return (
    <>
      {usual && !isQuiet ? (
        <Button
          onClick={() => {
            setMove(usual);
          }}
        >
          {MOVE_NAMES[usual]}
        </Button>
      ) : null}
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {inMenu.map((other) => (
            <Menu.Item
              key={other}
              color="red"
              onClick={() => {
                setMove(other);
              }}
            >
              {MOVE_NAMES[other]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {move === null ? null : (
        <MoveDialog
          payment={payment}
          move={move}
          onClose={() => {
            setMove(null);
          }}
          onDeleted={() => {
            queries.removeQueries({ queryKey: keys.payment(payment.id) });
            void queries.invalidateQueries({ queryKey: keys.payments });
            navigate('/payments');
          }}
        />
      )}
    </>
  );
}

function PaymentFacts({ payment }: { readonly payment: Payment }) {
  const { currency, paymentMethod, failure, metadata, nextAction } = payment;
  const money = (value: number): string => formatAmount(value, currency);
  const pairs = Object.entries(metadata);
  return (
    <>
      <Section title="Amounts">
        <Facts
          facts={[
            ['Amount', money(payment.amount)],
            ['Captured', money(payment.amountCaptured)],
            ['Refunded', money(payment.amountRefunded)],
            ['Capture', payment.capture],
            [
              'Expires',
              payment.authorizationExpiresAt === null ? null : <Time at={payment.authorizationExpiresAt} key="at" />,
            ],
          ]}
        />
      </Section>
      {failure ? (
        <Section title="Why it failed">
          <Facts
            facts={[
              ['Code', failure.code],
              ['Decline', failure.declineCode],
              ['Message', failure.message],
              ['Advice', wordsOf(failure.advice)],
            ]}
          />
        </Section>
      ) : null}
      <Section title="Details">
        <Facts
          facts={[
            ['Id', <Id key="id" id={payment.id} />],
            ['Customer', payment.customerName],
            ['Card', paymentMethod && `${paymentMethod.brand} •••• ${paymentMethod.last4}`],
            ['Order', payment.orderReference && <Copyable key="order" text={payment.orderReference} />],
            ['Details', payment.details],
            ['Webhook URL', payment.webhookUrl],
            [
              '3-D Secure',
              nextAction && (
                <Anchor key="page" href={nextAction.url} target="_blank" rel="noreferrer">
                  Open the customer&apos;s page
                </Anchor>
              ),
            ],
            ['Void reason', payment.voidReason],
            ['Created', <Time key="created" at={payment.createdAt} />],
            ['Updated', <Time key="updated" at={payment.updatedAt} />],
          ]}
        />
        <Anchor component={Link} href={`/charge?again=${payment.id}`} size="sm" mt="sm" display="inline-block">
          Charge the same again
        </Anchor>
      </Section>
      {pairs.length === 0 ? null : (
        <Section title="Metadata">
          <Facts facts={pairs} />
        </Section>
      )}
    </>
  );
}
