import { Button, Checkbox, Group, Modal, NumberInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { gateway } from '../gateway/gateway.js';
import type { Exercise } from '../gateway/money-types.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { ERROR_WORDS, ERRORS } from './exercise-marks.js';

const USUAL_COUNT = 3;

interface PracticeFormProps {
  readonly settlementId: string;
  /** How many rows the report has: each error takes one. */
  readonly rows: number;
  readonly onClose: () => void;
  readonly onCreated: (exercise: Exercise) => void;
}

/** Makes an exercise: a copy of the report with errors in it. */
export function PracticeForm({ settlementId, rows, onClose, onCreated }: PracticeFormProps) {
  const [kinds, setKinds] = useState<readonly string[]>(ERRORS);
  const [count, setCount] = useState<number | string>(Math.min(USUAL_COUNT, rows));
  const [seed, setSeed] = useInputState('');
  const create = useMutation({
    mutationFn: () =>
      gateway.exercises.create(settlementId, {
        errors: ERRORS.filter((error) => kinds.includes(error)),
        count: Number(count),
        ...(seed.trim() !== '' && { seed: seed.trim() }),
      }),
    onSuccess: onCreated,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Practice">
      <form onSubmit={submit}>
        <Stack>
          <Text>A copy of this report with errors in it. Find them, as whoever compares reports with books must.</Text>
          <Checkbox.Group
            label="Errors"
            value={[...kinds]}
            onChange={(next: string[]) => {
              setKinds(next);
            }}
          >
            <SimpleGrid cols={2} spacing="xs" mt="xs">
              {ERRORS.map((error) => (
                <Checkbox key={error} value={error} label={ERROR_WORDS[error]} />
              ))}
            </SimpleGrid>
          </Checkbox.Group>
          <NumberInput
            label="How many"
            description={`At most one a row: ${rows}.`}
            value={count}
            onChange={setCount}
            min={1}
            clampBehavior="none"
            hideControls
            required
          />
          <TextInput
            label="Seed"
            description="The same seed plants the same errors. Without one, they are new each time."
            value={seed}
            onChange={setSeed}
          />
          {create.error ? <ErrorNotice error={create.error} what="The exercise was not made" /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={kinds.length === 0} loading={create.isPending}>
              Begin
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
