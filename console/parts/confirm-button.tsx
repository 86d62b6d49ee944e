import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.js';
import { notifyDone } from './notices.js';

interface ConfirmButtonProps {
  readonly label: string;
  /** Says what will happen. */
  readonly sentence: ReactNode;
  readonly done: string;
  /** What failed, for the error. */
  readonly failed: string;
  readonly isDestructive?: boolean;
  readonly size?: string;
  readonly run: () => Promise<unknown>;
}

/** A button that says what will happen before it happens. */
export function ConfirmButton({ label, sentence, done, failed, isDestructive, size, run }: ConfirmButtonProps) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const action = useMutation({
    mutationFn: run,
    onSuccess: () => {
      notifyDone(done);
      close();
    },
  });
  return (
    <>
      <Button
        variant="default"
        {...(size !== undefined && { size })}
        onClick={() => {
          action.reset();
          open();
        }}
      >
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={label}>
        <Stack>
          <Text component="div">{sentence}</Text>
          {action.error ? <ErrorNotice error={action.error} what={failed} /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus={isDestructive || undefined}>
              Keep as it is
            </Button>
            <Button
              color={isDestructive ? 'red' : 'indigo'}
              loading={action.isPending}
              onClick={() => {
                action.mutate();
              }}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
