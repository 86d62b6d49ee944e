import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useState } from 'react';
import { Link } from 'wouter';
import { Copyable } from '../parts/copyable.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Page, Section } from '../parts/page.js';
import { CHANNELS, groupByOutcome, type TestValue } from './test-value-groups.js';
import { useTestValues } from './use-test-values.js';

type Row = TestValue & { readonly id: string };

const COLUMNS: readonly Column<Row>[] = [
  { id: 'value', header: 'Value', cell: ({ value }) => <Copyable text={value} /> },
  { id: 'where', header: 'Goes into', cell: ({ channel }) => CHANNELS[channel] },
  { id: 'code', header: 'Code', cell: ({ failure }) => failure?.declineCode ?? failure?.code ?? '' },
  { id: 'what', header: 'What happens', cell: ({ description }) => description },
  {
    id: 'try',
    header: 'Try',
    cell: ({ channel, value }) => (
      <Button
        component={Link}
        href={`/charge?${new URLSearchParams({ channel, value }).toString()}`}
        variant="default"
        size="compact-xs"
        aria-label={`Charge with ${value}`}
      >
        Charge
      </Button>
    ),
  },
];

const ALL = 'all';

export default function TestValuesPage() {
  const { data, error, refetch } = useTestValues();
  const [channel, setChannel] = useState(ALL);
  const [text, setText] = useInputState('');
  const wanted = text.trim().toLowerCase();
  const shown = data?.filter(
    (value) =>
      (channel === ALL || value.channel === channel) &&
      `${value.value} ${value.description} ${value.failure?.code ?? ''}`.toLowerCase().includes(wanted),
  );
  return (
    <Page title="Test values" lead="Cards, tokens, amounts and names that choose an outcome, without a fault anywhere.">
      <SegmentedControl
        value={channel}
        onChange={setChannel}
        aria-label="Where the value goes"
        data={[{ value: ALL, label: 'All' }, ...Object.entries(CHANNELS).map(([value, label]) => ({ value, label }))]}
        style={{ justifySelf: 'start', maxWidth: '100%', flexWrap: 'wrap' }}
      />
      <TextInput label="Find" placeholder="declined, insufficient, 4242" maw={320} value={text} onChange={setText} />
      {error ? (
        <ErrorNotice error={error} what="The test values could not be read" onRetry={() => void refetch()} />
      ) : null}
      {shown ? (
        groupByOutcome(shown).map(({ label, values }) => (
          <Section key={label} title={`${label} (${values.length})`}>
            <DataTable
              label={label}
              columns={COLUMNS}
              rows={values.map((value) => ({ ...value, id: `${value.channel} ${value.value}` }))}
            />
          </Section>
        ))
      ) : error ? null : (
        <Skeleton height={320} />
      )}
    </Page>
  );
}
