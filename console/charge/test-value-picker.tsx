import { Select } from '@mantine/core';
import { ErrorNotice } from '../parts/error-notice.js';
import { CHANNELS, groupByOutcome, type TestValue } from '../test-values/test-value-groups.js';
import { useTestValues } from '../test-values/use-test-values.js';
import type { ChargeForm } from './charge-form.js';

interface TestValuePickerProps {
  readonly form: ChargeForm;
  readonly onChoose: (value: TestValue | null) => void;
}

const idOf = ({ channel, value }: Pick<TestValue, 'channel' | 'value'>): string => `${channel} ${value}`;

/** Chooses an outcome: every test value, by what comes of it. */
export function TestValuePicker({ form, onChoose }: TestValuePickerProps) {
  const { data, error } = useTestValues();
  if (error) return <ErrorNotice error={error} what="The test values could not be read" />;
  const values = data ?? [];
  const chosen = values.find(
    ({ channel, value }) =>
      (channel === 'token' && value === form.paymentMethod) ||
      (channel === 'card' && value === form.cardNumber) ||
      (channel === 'header' && value === form.simulate) ||
      (channel === 'customer_name' && value === form.customerName) ||
      (channel === 'amount' && value === String(form.paymentAmount)),
  );
  return (
    <Select
      label="Test value"
      description={chosen ? chosen.description : 'Without one, the payment is approved.'}
      placeholder="Approved"
      searchable
      clearable
      maxDropdownHeight={360}
      data={groupByOutcome(values).map(({ label, values: grouped }) => ({
        group: label,
        items: grouped.map((value) => ({
          value: idOf(value),
          label: `${value.value} · ${CHANNELS[value.channel]}`,
        })),
      }))}
      value={chosen ? idOf(chosen) : null}
      onChange={(id) => {
        onChoose(values.find((value) => idOf(value) === id) ?? null);
      }}
    />
  );
}
