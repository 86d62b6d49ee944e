import { Anchor, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Dispute } from '../../client/disputes.js';
import { EventsOf } from '../events/events-of.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { Id } from '../parts/copyable.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { formatAmount } from '../parts/money.js';
import { ObjectPage } from '../parts/object-page.js';
import { Columns, Page, Section } from '../parts/page.js';
import { shortenId } from '../parts/shorten.js';
import { wordsOf } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { Deadline } from './deadline.js';
import { DisputeHistory } from './dispute-history.js';
import { EvidenceForm } from './evidence-form.js';
import { WinningEvidence } from './winning-evidence.js';

export default function DisputePage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Dispute"
      query={{
        queryKey: [...keys.disputes, id],
        queryFn: ({ signal }) => gateway.disputes.get(id, { signal }),
      }}
    >
      {(dispute) => <ShownDispute dispute={dispute} />}
    </ObjectPage>
  );
}

function ShownDispute({ dispute }: { readonly dispute: Dispute }) {
  const { id, amount, currency, status, stage, reason, paymentId, history } = dispute;
  const rules = useQuery({
    queryKey: keys.disputeRules,
    queryFn: ({ signal }) => gateway.disputes.rules({ signal }),
    staleTime: Infinity,
  });
  const isOpen = status === 'needs_response';
  return (
    <Page
      title={formatAmount(amount, currency)}
      beside={
        <>
          <StatusBadge status={stage} />
          <StatusBadge status={status} />
        </>
      }
      lead={`Dispute: ${wordsOf(reason)}`}
      actions={
        <>
          {isOpen ? <AcceptDispute dispute={dispute} /> : null}
          <Button component={Link} href={`/payments/${paymentId}`} variant="default">
            Open the payment
          </Button>
        </>
      }
    >
      <Columns
        story={
          <>
            <Section title="What happened">
              <DisputeHistory items={history ?? []} />
            </Section>
            {rules.error ? (
              <ErrorNotice error={rules.error} what="The rules of disputes could not be read" />
            ) : rules.data ? (
              <EvidenceForm key={`${stage} ${status}`} dispute={dispute} rules={rules.data} />
            ) : (
              <Skeleton height={240} />
            )}
            <Section title="Events">
              <EventsOf id={id} object="this dispute" none="Nothing happened yet." />
            </Section>
          </>
        }
        facts={
          <>
            <DisputeFacts dispute={dispute} />
            {rules.data ? <WinningEvidence dispute={dispute} rules={rules.data} /> : null}
          </>
        }
      />
    </Page>
  );
}

function AcceptDispute({ dispute: { id, amount, currency } }: { readonly dispute: Dispute }) {
  return (
    <ConfirmButton
      label="Accept"
      sentence={`Accept the dispute. The customer keeps ${formatAmount(amount, currency)}, and it can't be answered any more.`}
      done="The dispute was accepted."
      failed="The dispute was not accepted"
      isDestructive
      run={async () => {
        await gateway.disputes.accept(id);
        await queries.invalidateQueries({ queryKey: keys.disputes });
      }}
    />
  );
}

function DisputeFacts({ dispute }: { readonly dispute: Dispute }) {
  const { id, paymentId, stage, amount, fee, currency, reason, status, evidenceDueBy, createdAt } = dispute;
  return (
    <Section title="Details">
      <Facts
        facts={[
          ['Amount', formatAmount(amount, currency)],
          [
            'Fee',
            stage === 'inquiry'
              ? `${formatAmount(fee, currency)}, if it becomes a chargeback`
              : formatAmount(fee, currency),
          ],
          ['Reason', wordsOf(reason)],
          ['Answer', status === 'needs_response' ? <Deadline key="left" dispute={dispute} /> : null],
          ['Due by', <Time key="due" at={evidenceDueBy} />],
          [
            'Payment',
            <Anchor key="payment" component={Link} href={`/payments/${paymentId}`}>
              {shortenId(paymentId)}
            </Anchor>,
          ],
          ['Id', <Id key="id" id={id} />],
          ['Created', <Time key="created" at={createdAt} />],
        ]}
      />
    </Section>
  );
}
