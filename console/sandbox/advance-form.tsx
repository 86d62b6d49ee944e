import { Button, Group, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { type SubmitEvent } from 'react';

interface AdvanceFormProps {
  readonly isRunning: boolean;
  /** Whether something waits that the clock can go to. */
  readonly hasNext: boolean;
  readonly onAdvance: (how: string) => void;
}

/** Advances a virtual clock by a length, or to what is due next. */
export function AdvanceForm({ isRunning, hasNext, onAdvance }: AdvanceFormProps) {
  const [by, setBy] = useInputState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onAdvance(by.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group align="end">
        {(
          [
            ['1h', '+1 h'],
            ['1d', '+1 d'],
            ['7d', '+7 d'],
          ] as const
        ).map(([how, label]) => (
          <Button
            key={how}
            variant="default"
            disabled={isRunning}
            onClick={() => {
              onAdvance(how);
            }}
          >
            {label}
          </Button>
        ))}
        <Button
          variant="default"
          disabled={isRunning || !hasNext}
          onClick={() => {
            onAdvance('next');
          }}
        >
          next
        </Button>
        <TextInput label="By" placeholder="3d, PT36H" required value={by} onChange={setBy} />
        <Button type="submit" loading={isRunning}>
          Advance
        </Button>
      </Group>
    </form>
  );
}
