import { ActionIcon, Kbd, Modal, Tooltip } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconKeyboard } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useLocation } from 'wouter';
import classes from './shell.module.css';

const SHORTCUTS = [
  ['/', 'Search'],
  ['j', 'Next row'],
  ['k', 'Row before'],
  ['Enter', 'Open the row'],
  ['n', 'New charge'],
  ['?', 'These keys'],
] as const;

/** The keys of the console. `?` lists them. */
export function Shortcuts() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [, navigate] = useLocation();
  useHotkeys(
    [
      // Which keys need Shift depends on the keyboard.
      ['shift+?', open],
      ['?', open],
      [
        'n',
        () => {
          navigate('/charge');
        },
      ],
    ],
    undefined,
    undefined,
  );
  return (
    <>
      <Tooltip label="Keys">
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keys" visibleFrom="sm" onClick={open}>
          <IconKeyboard size={18} />
        </ActionIcon>
      </Tooltip>
      <Modal opened={isOpen} onClose={close} title="Keys">
        <dl className={classes.keys}>
          {SHORTCUTS.map(([key, what]) => (
            <Fragment key={key}>
              <dt>
                <Kbd>{key}</Kbd>
              </dt>
              <dd>{what}</dd>
            </Fragment>
          ))}
        </dl>
      </Modal>
    </>
  );
}
