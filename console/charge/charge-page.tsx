import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Tabs,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { CodeBlock } from '../parts/code-block.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Columns, Page, Section } from '../parts/page.js';
import type { TestValue } from '../test-values/test-value-groups.js';
import { type ChargeForm, chargeOf, EMPTY_CHARGE, formOf, withTestValue } from './charge-form.js';
import { chargeSnippets } from './charge-snippets.js';
import { TestValuePicker } from './test-value-picker.js';

/** The year in which cards of tests expire: far enough. */
const EXPIRY_YEAR = new Date().getFullYear() + 3;

export default function ChargePage() {
  const [search] = useSearchParams();
  const again = search.get('again');
  const payment = useQuery({
    queryKey: keys.payment(again ?? ''),
    queryFn: ({ signal }) => gateway.payments.get(again ?? '', { signal }),
    enabled: again !== null,
  });
  const [channel, value] = [search.get('channel'), search.get('value')];
  const chosen = channel !== null && value !== null ? { channel: channel as TestValue['channel'], value } : null;
  if (payment.isLoading) return null;
  const first = payment.data ? formOf(payment.data) : EMPTY_CHARGE;
  return (
    <Page title="New charge" lead="Charges a customer of this account. A test value chooses what becomes of it.">
      <Charge key={search.toString()} first={chosen ? withTestValue(first, chosen) : first} />
    </Page>
  );
}

function Charge({ first }: { readonly first: ChargeForm }) {
  const [form, setForm] = useState(first);
  const [, navigate] = useLocation();
  const send = useMutation({
    mutationFn: () => charge(form),
    onSuccess: ({ id }) => {
      navigate(`/payments/${id}`);
    },
  });
  const change = (part: Partial<ChargeForm>): void => {
    setForm({ ...form, ...part });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Columns
      story={
        <form onSubmit={submit}>
          <Stack>
            <Section title="Outcome">
              <TestValuePicker
                form={form}
                onChoose={(value) => {
                  setForm(
                    value === null
                      ? { ...form, paymentMethod: '', cardNumber: '', simulate: '' }
                      : withTestValue(form, value),
                  );
                }}
              />
            </Section>
            <Section title="Charge">
              <ChargeFields form={form} onChange={change} />
            </Section>
            {send.error ? <ErrorNotice error={send.error} what="Nothing was charged" /> : null}
            <Group>
              <Button type="submit" loading={send.isPending}>
                {form.capture === 'manual' ? 'Authorize' : 'Charge'}
              </Button>
            </Group>
          </Stack>
        </form>
      }
      facts={<ChargePrograms form={form} />}
    />
  );
}

async function charge(form: ChargeForm): Promise<{ readonly id: string }> {
  const body = chargeOf(form);
  if (form.cardNumber !== '') {
    const card = { number: form.cardNumber, expMonth: 12, expYear: EXPIRY_YEAR, cvc: '123' };
    body.paymentMethod = (await gateway.paymentMethods.create(card)).id;
  }
  return gateway.payments.charge(
    body,
    form.simulate === '' ? {} : { simulate: form.simulate as Schemas['SimulatedOutcome'] },
  );
}

interface ChargeFieldsProps {
  readonly form: ChargeForm;
  readonly onChange: (part: Partial<ChargeForm>) => void;
}

function ChargeFields({ form, onChange }: ChargeFieldsProps) {
  const text = (name: keyof ChargeForm, label: string, more: { required?: boolean; placeholder?: string } = {}) => (
    <TextInput
      label={label}
      value={String(form[name])}
      {...more}
      onChange={(event) => {
        onChange({ [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {text('customerName', 'Customer', { required: true })}
      <Group grow align="start" wrap="nowrap">
        <NumberInput
          label="Amount"
          value={form.paymentAmount}
          required
          hideControls
          onChange={(paymentAmount) => {
            onChange({ paymentAmount });
          }}
        />
        {text('currency', 'Currency', { required: true })}
      </Group>
      {text('paymentMethod', 'Payment method', { placeholder: 'pm_card_visa' })}
      <div>
        <SegmentedControl
          mt={22}
          fullWidth
          aria-label="Capture"
          data={[
            { value: 'automatic', label: 'Capture at once' },
            { value: 'manual', label: 'Authorize only' },
          ]}
          value={form.capture}
          onChange={(capture) => {
            onChange({ capture: capture === 'manual' ? 'manual' : 'automatic' });
          }}
        />
      </div>
      {text('orderReference', 'Order', { placeholder: 'order-17' })}
      {text('details', 'Details')}
      {text('webhookUrl', 'Webhook URL', { placeholder: 'http://127.0.0.1:4000/webhooks' })}
      {text('returnUrl', 'Return URL (3-D Secure)', { placeholder: 'http://127.0.0.1:4000/done' })}
      <Textarea
        label="Metadata"
        description="One name=value in each line."
        autosize
        minRows={2}
        value={form.metadata}
        onChange={(event) => {
          onChange({ metadata: event.currentTarget.value });
        }}
      />
    </SimpleGrid>
  );
}

function ChargePrograms({ form }: { readonly form: ChargeForm }) {
  const body = chargeOf(form);
  const withCard = form.cardNumber === '' ? body : { ...body, paymentMethod: 'pm_…' };
  const { curl, typescript, python } = chargeSnippets(location.origin, withCard, form.simulate || undefined);
  return (
    <Section title="What it sends">
      {form.cardNumber === '' ? null : (
        <p>
          The card {form.cardNumber} is made into a payment method first, by <code>POST /payment-methods</code>.
        </p>
      )}
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="curl">curl</Tabs.Tab>
          <Tabs.Tab value="typescript">TypeScript</Tabs.Tab>
          <Tabs.Tab value="python">Python</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="curl">
          <CodeBlock code={curl} language="shell" label="The charge by curl" />
        </Tabs.Panel>
        <Tabs.Panel value="typescript">
          <CodeBlock code={typescript} language="typescript" label="The charge in TypeScript" />
        </Tabs.Panel>
        <Tabs.Panel value="python">
          <CodeBlock code={python} language="python" label="The charge in Python" />
        </Tabs.Panel>
      </Tabs>
    </Section>
  );
}
