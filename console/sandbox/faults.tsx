import { Button, Group, NativeSelect, NumberInput, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Fault } from '../../client/sandboxes.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { EmptyState } from '../parts/empty-state.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { notifyDone } from '../parts/notices.js';
import { Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import {
  describeEffect,
  describeFault,
  describeMatch,
  type FaultForm,
  faultOf,
  hasLength,
  isForWebhooks,
  REQUEST_EFFECTS,
  WEBHOOK_EFFECTS,
} from './fault-words.js';

const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.faults });
const HITS_EVERY_MS = 4_000;

const COLUMNS: readonly Column<Fault>[] = [
  {
    id: 'what',
    header: 'What goes wrong',
    cell: (fault) => <StatusBadge status="fault" label={describeFault(fault)} />,
  },
  { id: 'where', header: 'Where', cell: ({ match }) => describeMatch(match) },
  { id: 'left', header: 'Left', align: 'right', cell: ({ remaining }) => remaining ?? 'no end' },
  { id: 'hits', header: 'Hits', align: 'right', cell: ({ hits }) => hits.length },
  {
    id: 'truth',
    header: 'The truth about the last hit',
    cell: ({ hits }) => {
      const last = hits.at(-1);
      return last
        ? `${describeEffect(last.effect)}; ${last.moneyMoved ? 'money moved' : 'no money moved'}${
            last.repeatedWith === null ? '' : `; repeated with ${last.repeatedWith.replaceAll('_', ' ')}`
          }`
        : '';
    },
  },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'delete',
    header: 'Actions',
    cell: ({ id }) => (
      <ConfirmButton
        label="Remove"
        size="compact-xs"
        sentence="Remove the fault. What it did stays done."
        done="The fault was removed."
        failed="The fault was not removed"
        run={async () => {
          await gateway.faults.delete(id);
          await refresh();
        }}
      />
    ),
  },
];

/** Faults of the account, and a form for the next one. */
export function Faults() {
  const { data, error, refetch } = useQuery({
    queryKey: keys.faults,
    queryFn: async ({ signal }) => gateway.faults.list({}, { signal }),
    refetchInterval: HITS_EVERY_MS,
  });
  return (
    <Section
      title="Faults"
      actions={
        (data?.data.length ?? 0) > 0 ? (
          <ConfirmButton
            label="Remove all"
            sentence="Remove every fault. What they did stays done."
            done="The faults were removed."
            failed="The faults were not removed"
            run={async () => {
              await gateway.faults.clear();
              await refresh();
            }}
          />
        ) : undefined
      }
    >
      <Stack>
        <NewFault />
        {error ? (
          <ErrorNotice error={error} what="The faults could not be read" onRetry={() => void refetch()} />
        ) : data?.data.length === 0 ? (
          <EmptyState
            sentence="Without faults everything works. Add one, charge, and see what your program makes of it."
            curl={`npx mpg faults add 'after; reset'`}
          />
        ) : (
          <DataTable label="Faults" columns={COLUMNS} rows={data?.data} />
        )}
      </Stack>
    </Section>
  );
}

const FIRST: FaultForm = {
  type: 'status',
  status: 503,
  ms: 2000,
  when: 'after',
  operation: 'charge',
  event: '*',
  times: 1,
};

function NewFault() {
  const [form, setForm] = useState(FIRST);
  const change = (part: Partial<FaultForm>): void => {
    setForm({ ...form, ...part });
  };
  const add = useMutation({
    mutationFn: () => gateway.faults.add(faultOf(form)),
    onSuccess: () => {
      notifyDone('The fault was added.');
      return refresh();
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  const forWebhooks = isForWebhooks(form.type);
  return (
    <form onSubmit={submit} aria-label="New fault">
      <Stack>
        <Group align="end">
          <NativeSelect
            label="What goes wrong"
            value={form.type}
            data={[
              { group: 'Requests', items: REQUEST_EFFECTS.map((type) => ({ value: type, label: type })) },
              {
                group: 'Webhooks',
                items: WEBHOOK_EFFECTS.map((type) => ({ value: type, label: type.replaceAll('_', ' ') })),
              },
            ]}
            onChange={(event) => {
              const type = [...REQUEST_EFFECTS, ...WEBHOOK_EFFECTS].find((one) => one === event.currentTarget.value);
              if (type) change({ type });
            }}
          />
          {form.type === 'status' ? (
            <NumberInput
              label="Status"
              w={90}
              hideControls
              value={form.status}
              onChange={(status) => {
                change({ status: Number(status) });
              }}
            />
          ) : null}
          {hasLength(form.type) && form.type !== 'timeout' ? (
            <NumberInput
              label="Length in ms"
              w={120}
              hideControls
              value={form.ms}
              onChange={(ms) => {
                change({ ms: Number(ms) });
              }}
            />
          ) : null}
          {forWebhooks ? (
            <TextInput
              label="Events"
              value={form.event}
              onChange={(event) => {
                change({ event: event.currentTarget.value });
              }}
            />
          ) : (
            <>
              <TextInput
                label="Operation"
                placeholder="charge; empty for all"
                value={form.operation}
                onChange={(event) => {
                  change({ operation: event.currentTarget.value });
                }}
              />
              <SegmentedControl
                aria-label="When"
                data={[
                  { value: 'before', label: 'Before it is done' },
                  { value: 'after', label: 'After it is done' },
                ]}
                value={form.when}
                onChange={(when) => {
                  change({ when: when === 'before' ? 'before' : 'after' });
                }}
              />
            </>
          )}
          <NumberInput
            label="Times"
            w={80}
            min={1}
            hideControls
            value={form.times}
            onChange={(times) => {
              change({ times: Number(times) });
            }}
          />
          <Button type="submit" loading={add.isPending}>
            Add fault
          </Button>
        </Group>
        {add.error ? <ErrorNotice error={add.error} what="No fault was added" /> : null}
      </Stack>
    </form>
  );
}
