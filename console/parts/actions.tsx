import { Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ErrorNotice } from './error-notice.js';
import { notifyDone } from './notices.js';

/** Something that can be done, after its sentence was read. */
export interface Action {
  readonly label: string;
  /** Says what will happen. */
  readonly sentence: ReactNode;
  readonly done: string;
  /** What failed, for the error. */
  readonly failed: string;
  readonly isDestructive?: boolean;
  readonly run: () => Promise<unknown>;
}

interface ConfirmButtonProps extends Action {
  readonly size?: string;
}

/** A button that says what will happen before it happens. */
export function ConfirmButton({ size, ...action }: ConfirmButtonProps) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...(size !== undefined && { size })} onClick={open}>
        {action.label}
      </Button>
      {isOpen ? <ConfirmDialog action={action} onClose={close} /> : null}
    </>
  );
}

/** The rarer actions of a page, each of which says what will happen before it happens. */
export function ActionMenu({ actions }: { readonly actions: readonly Action[] }) {
  const [chosen, setChosen] = useState<Action | null>(null);
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDots size={16} aria-hidden />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => (
            <Menu.Item
              key={action.label}
              {...(action.isDestructive && { color: 'red' })}
              onClick={() => {
                setChosen(action);
              }}
            >
              {action.label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {chosen ? (
        <ConfirmDialog
          action={chosen}
          onClose={() => {
            setChosen(null);
          }}
        />
      ) : null}
    </>
  );
}

interface ConfirmDialogProps {
  readonly action: Action;
  readonly onClose: () => void;
}

function ConfirmDialog({ action: { label, sentence, done, failed, isDestructive, run }, onClose }: ConfirmDialogProps) {
  const action = useMutation({
    mutationFn: run,
    onSuccess: () => {
      notifyDone(done);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={label}>
      <Stack>
        <Text component="div">{sentence}</Text>
        {action.error ? <ErrorNotice error={action.error} what={failed} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus={isDestructive === true ? true : undefined}>
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
  );
}
