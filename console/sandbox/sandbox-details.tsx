import { Button, Group, Skeleton, Stack, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type SubmitEvent } from 'react';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { Copyable, Id } from '../parts/copyable.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { notifyDone } from '../parts/notices.js';
import { Section } from '../parts/page.js';
import { Time } from '../parts/time.js';
import { session } from '../session/session.js';

type Snapshot = Schemas['SnapshotDto'];

/** Everything that is kept is of before. */
const readAll = (): Promise<void> => queries.invalidateQueries();

const COLUMNS: readonly Column<Snapshot>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name ?? 'without a name' },
  {
    id: 'counts',
    header: 'Holds',
    cell: ({ counts }) =>
      Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([name, count]) => `${count} ${name}`)
        .join(', '),
  },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
  {
    id: 'restore',
    header: 'Actions',
    cell: ({ id, name }) => (
      <ConfirmButton
        label="Restore"
        size="compact-xs"
        sentence={`Go back to the snapshot ${name ?? id}. What happened since is gone.`}
        done="The sandbox is as it was."
        failed="The snapshot was not restored"
        isDestructive
        run={async () => {
          await gateway.sandboxes.restore(id);
          await readAll();
        }}
      />
    ),
  },
];

/** The sandbox that is signed in: its settings and snapshots, and what empties it. */
export function SandboxDetails() {
  const { data: sandbox, error } = useQuery({
    queryKey: keys.sandbox,
    queryFn: ({ signal }) => gateway.sandboxes.current({ signal }),
  });
  if (error) return <ErrorNotice error={error} what="The sandbox could not be read" />;
  if (!sandbox) return <Skeleton height={240} />;
  const { id, name, seed, expiresAt, settings } = sandbox;
  return (
    <>
      <Section
        title="Sandbox"
        actions={
          <Group gap="sm">
            <ConfirmButton
              label="Reset"
              sentence="Empty the sandbox. Keys stay; ids and the clock begin anew."
              done="The sandbox is empty."
              failed="The sandbox was not reset"
              isDestructive
              run={async () => {
                await gateway.sandboxes.reset();
                await readAll();
              }}
            />
            <ConfirmButton
              label="Delete"
              sentence="Delete the sandbox with all that it owns. You are signed out then."
              done="The sandbox was deleted."
              failed="The sandbox was not deleted"
              isDestructive
              run={async () => {
                await gateway.sandboxes.delete();
                await session.signOut();
                queries.clear();
              }}
            />
          </Group>
        }
      >
        <Facts
          facts={[
            ['Id', <Id key="id" id={id} />],
            ['Name', name],
            ['Seed', <Copyable key="seed" text={seed} />],
            ['Ends', <Time key="ends" at={expiresAt} isReal />],
            ...Object.entries(settings).map(
              ([setting, value]) => [setting, Array.isArray(value) ? value.join(', ') : String(value)] as const,
            ),
          ]}
        />
      </Section>
      <Snapshots />
    </>
  );
}

function Snapshots() {
  const [name, setName] = useInputState('');
  const { data, error } = useQuery({
    queryKey: keys.snapshots,
    queryFn: ({ signal }) => gateway.sandboxes.snapshots({ signal }),
  });
  const make = useMutation({
    mutationFn: () => gateway.sandboxes.snapshot(name.trim() === '' ? {} : { name: name.trim() }),
    onSuccess: () => {
      notifyDone('The snapshot was made.');
      setName('');
      return queries.invalidateQueries({ queryKey: keys.snapshots });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <Section title="Snapshots">
      <Stack>
        <form onSubmit={submit}>
          <Group align="end">
            <TextInput label="Name" placeholder="before the refund" value={name} onChange={setName} />
            <Button type="submit" loading={make.isPending}>
              Make a snapshot
            </Button>
          </Group>
        </form>
        {make.error ? <ErrorNotice error={make.error} what="No snapshot was made" /> : null}
        {error ? (
          <ErrorNotice error={error} what="The snapshots could not be read" />
        ) : data?.length === 0 ? (
          'A snapshot holds all that the sandbox has at one moment; restore it as often as you like.'
        ) : (
          <DataTable label="Snapshots" columns={COLUMNS} rows={data} />
        )}
      </Stack>
    </Section>
  );
}
