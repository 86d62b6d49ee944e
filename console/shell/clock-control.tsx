import { Button, Group, Menu } from '@mantine/core';
import { IconClock, IconFlask } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { formatTime } from '../parts/describe-time.js';
import { notifyFailure } from '../parts/notices.js';

const STEPS = [
  ['1h', '+1 h'],
  ['1d', '+1 d'],
  ['next', 'next'],
] as const;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function useClock() {
  return useQuery({ queryKey: keys.clock, queryFn: ({ signal }) => gateway.clock.get({ signal }) });
}

/** Advances the account's clock and reads everything again. */
export function useAdvance() {
  return useMutation({
    mutationFn: (how: string) => gateway.clock.advance(how),
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      notifyFailure('The clock was not advanced', error);
    },
  });
}

/** The account's clock: the real one, or a virtual one that a test moves. */
export function ClockControl() {
  const { data: clock } = useClock();
  const advance = useAdvance();
  if (!clock) return null;
  if (clock.kind === 'real')
    return (
      <Group gap={4} c="dimmed" fz="sm" wrap="nowrap" visibleFrom="sm" aria-label="Clock: real">
        <IconClock size={16} aria-hidden />
        real
      </Group>
    );
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="light"
          color="grape"
          size="compact-sm"
          loading={advance.isPending}
          leftSection={<IconFlask size={14} aria-hidden />}
          aria-label={`Virtual clock: ${formatTime(dateTime, clock.now)}`}
        >
          {formatTime(dateTime, clock.now)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Advance the clock</Menu.Label>
        {STEPS.map(([how, label]) => (
          <Menu.Item
            key={how}
            disabled={how === 'next' && clock.nextDueAt === null}
            onClick={() => {
              advance.mutate(how);
            }}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
