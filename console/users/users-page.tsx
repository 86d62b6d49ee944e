import { NativeSelect, SimpleGrid, Skeleton } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../client/connection.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { Id } from '../parts/copyable.js';
import type { Column } from '../parts/data-table.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import type { Filter } from '../parts/filter-bar.js';
import { List } from '../parts/list-page.js';
import { formatNumber } from '../parts/money.js';
import { notifyDone, notifyFailure } from '../parts/notices.js';
import { Page, Section } from '../parts/page.js';
import { wordsOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import { useIsAdministrator, useSession } from '../session/use-session.js';
import { NotFound } from '../parts/not-found.js';

type User = Schemas['UserDto'];

const ROLES = ['user', 'merchant', 'admin'] as const;

const FILTERS: readonly Filter[] = [
  { name: 'search', label: 'Search', placeholder: 'Name or e-mail' },
  { name: 'role', label: 'Role', options: ['user', 'merchant', 'admin', 'system_admin'] },
];

const refresh = (): Promise<void> => queries.invalidateQueries({ queryKey: keys.users });

const COLUMNS: readonly Column<User>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name },
  { id: 'email', header: 'E-mail', cell: ({ email }) => email },
  { id: 'role', header: 'Role', cell: (user) => <RoleOf user={user} /> },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
  { id: 'id', header: 'Id', cell: ({ id }) => <Id id={id} /> },
  { id: 'delete', header: 'Actions', cell: (user) => <DeleteUser user={user} /> },
];

export default function UsersPage() {
  if (!useIsAdministrator()) return <NotFound />;
  return (
    <Page title="Users" lead="The accounts of this gateway, and figures over all of them.">
      <Dashboard />
      <List
        what="users"
        filters={FILTERS}
        columns={COLUMNS}
        subject={keys.users}
        list={(query, signal) => gateway.accounts.list(query, { signal })}
        empty={{ sentence: 'Accounts that register stand here.' }}
      />
    </Page>
  );
}

/** The role; the system administrator changes it. */
function RoleOf({ user: { id, name, role } }: { readonly user: User }) {
  const session = useSession();
  const change = useMutation({
    mutationFn: (next: (typeof ROLES)[number]) => gateway.accounts.changeRole(id, next),
    onSuccess: () => {
      notifyDone(`The role of ${name} was changed.`);
      return refresh();
    },
    onError: (error) => {
      notifyFailure(`The role of ${name} was not changed`, error);
    },
  });
  const mayChange = session.kind === 'signed_in' && session.role === 'system_admin' && session.userId !== id;
  if (!mayChange) return wordsOf(role);
  return (
    <NativeSelect
      size="xs"
      aria-label={`Role of ${name}`}
      data={ROLES}
      value={role}
      disabled={change.isPending}
      onChange={(event) => {
        const next = ROLES.find((known) => known === event.currentTarget.value);
        if (next) change.mutate(next);
      }}
    />
  );
}

function DeleteUser({ user: { id, name, role } }: { readonly user: User }) {
  const session = useSession();
  const isOwn = session.kind === 'signed_in' && session.userId === id;
  if (isOwn || role === 'system_admin') return null;
  return (
    <ConfirmButton
      label="Delete"
      size="compact-xs"
      sentence={`Delete the account of ${name}. Its keys and tokens stop working at once.`}
      done="The account was deleted."
      failed="The account was not deleted"
      isDestructive
      run={async () => {
        await gateway.accounts.delete(id);
        await refresh();
      }}
    />
  );
}

const entriesOf = (figures: Readonly<Record<string, number>>): [string, string][] =>
  Object.entries(figures).map(([name, figure]) => [wordsOf(name), figure.toLocaleString()]);

function Dashboard() {
  const { data, error } = useQuery({
    queryKey: keys.dashboard,
    queryFn: ({ signal }) => gateway.accounts.dashboard({ signal }),
  });
  if (error) return <ErrorNotice error={error} what="The figures could not be read" />;
  if (!data) return <Skeleton height={180} />;
  const { usersByRole, paymentsByStatus, volumeByCurrency, deliveriesByStatus } = data.metrics;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
      <Section title="Users">
        <Facts facts={entriesOf(usersByRole)} />
      </Section>
      <Section title="Payments">
        <Facts facts={entriesOf(paymentsByStatus)} />
      </Section>
      <Section title="Volume">
        <Facts
          facts={Object.entries(volumeByCurrency).map(([currency, sum]) => [currency, formatNumber(sum, currency)])}
        />
      </Section>
      <Section title="Deliveries">
        <Facts facts={entriesOf(deliveriesByStatus)} />
      </Section>
    </SimpleGrid>
  );
}
