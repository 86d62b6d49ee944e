import { Button, Group, Stack } from '@mantine/core';
import { CodeBlock } from '../parts/code-block.js';
import { Page, Section } from '../parts/page.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { useAccount } from '../shell/account-menu.js';
import { useAdvance, useClock } from '../shell/clock-control.js';
import { AdvanceForm } from './advance-form.js';
import { DoubleCharges } from './double-charges.js';
import { Faults } from './faults.js';
import { SandboxDetails } from './sandbox-details.js';

/** `console/sandbox`: the account's clock, its faults, and its snapshots if it is a sandbox. */
export default function SandboxPage() {
  const { data: account } = useAccount();
  return (
    <Page
      title="Sandbox, clock and faults"
      lead="Move the time, break things on purpose, go back to a snapshot: nothing of it reaches another account."
    >
      <Clock />
      {account?.sandboxId == null ? <NoSandbox isKnown={account !== undefined} /> : <SandboxDetails />}
      <Faults />
      <DoubleCharges />
    </Page>
  );
}

function Clock() {
  const { data: clock } = useClock();
  const advance = useAdvance();
  if (!clock) return null;
  const { kind, now, nextDueAt } = clock;
  if (kind === 'real')
    return (
      <Section title="Clock">
        <Group gap="sm">
          <StatusBadge status="real" label="real" meaning="ended" /> The time of this account is the real one, so
          nothing can move it. A sandbox can have a virtual clock.
        </Group>
      </Section>
    );
  return (
    <Section title="Clock">
      <Stack>
        <Group gap="sm">
          <StatusBadge status="virtual" /> <Time at={now} /> <span>{now}</span>
        </Group>
        <div>
          {nextDueAt === null ? 'Nothing waits.' : 'The next thing that waits is due '}
          {nextDueAt === null ? null : <Time at={nextDueAt} />}
        </div>
        <AdvanceForm
          isRunning={advance.isPending}
          hasNext={nextDueAt !== null}
          onAdvance={(how) => {
            advance.mutate(how);
          }}
        />
        {advance.data ? (
          <div role="status">
            {advance.data.ran.length === 0
              ? 'Nothing was due in between.'
              : `${advance.data.ran.length} things happened in between: ${advance.data.ran
                  .slice(0, 8)
                  .map(({ type }) => type)
                  .join(', ')}${advance.data.ran.length > 8 ? ' …' : ''}`}
          </div>
        ) : null}
      </Stack>
    </Section>
  );
}

/** What an ordinary account is told. */
function NoSandbox({ isKnown }: { readonly isKnown: boolean }) {
  if (!isKnown) return null;
  return (
    <Section title="Sandbox">
      <Stack>
        <div>
          This is an ordinary account. A sandbox is an account for one test or one experiment: empty, with a clock that
          can be virtual, with snapshots, and gone by itself later. Each has its own key and its own console.
        </div>
        <CodeBlock
          code={`npx mpg sandbox create --clock now\n\ncurl -X POST ${location.origin}/api/v1/sandboxes \\\n  -H 'Content-Type: application/json' \\\n  -d '{"clock": {"now": "${new Date().toISOString()}"}}'`}
          label="How to make a sandbox"
        />
        <Group>
          <Button component="a" href="/docs/guides/sandboxes" target="_blank" variant="default">
            Read about sandboxes
          </Button>
        </Group>
      </Stack>
    </Section>
  );
}
