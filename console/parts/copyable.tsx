import { Tooltip, UnstyledButton } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { shortenId } from './shorten.js';
import classes from './parts.module.css';

interface CopyableProps {
  readonly text: string;
  /** Shown in place of the text, for example a shorter one. */
  readonly shown?: string;
  /** What it is, for those who can't see it. */
  readonly label?: string;
}

/** A text in monospace that a click copies. */
export function Copyable({ text, shown = text, label = 'Copy' }: CopyableProps) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : `${label} ${text}`}>
      <UnstyledButton
        className={classes.copyable}
        aria-label={`${label} ${shown}`}
        onClick={(click) => {
          click.stopPropagation();
          clipboard.copy(text);
        }}
      >
        {shown}
      </UnstyledButton>
    </Tooltip>
  );
}

/** An id, shortened in the middle; a click copies the whole. */
export function Id({ id }: { readonly id: string }) {
  return <Copyable text={id} shown={shortenId(id)} />;
}
