import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { Fragment, useMemo, useState } from 'react';
import { type Language, linesOf } from './code-lines.js';
import classes from './parts.module.css';

/** Longer code is folded. */
const MAX_LINES = 40;

interface CodeBlockProps {
  readonly code: string;
  readonly language?: Language;
  /** What it is. */
  readonly label: string;
  /** An earlier version: lines that it does not have are marked. */
  readonly before?: string | undefined;
}

/** Highlighted code with a button that copies it; a long one is folded. */
export function CodeBlock({ code, language = 'shell', label, before }: CodeBlockProps) {
  const [isOpen, setOpen] = useState(false);
  const clipboard = useClipboard({ timeout: 1500 });
  const lines = useMemo(() => linesOf(code, language, before), [code, language, before]);
  const isFolded = lines.length > MAX_LINES && !isOpen;
  return (
    <figure className={classes.code} data-folded={isFolded || undefined} aria-label={label}>
      <pre tabIndex={0}>
        <code>
          {lines.map((line, number) => (
            <Fragment key={number}>
              <span className={line.isChanged ? classes.changed : undefined}>
                {line.tokens.map(({ type, value }, position) => (
                  <span key={position} data-token={type}>
                    {value}
                  </span>
                ))}
              </span>
              {'\n'}
            </Fragment>
          ))}
        </code>
      </pre>
      <div className={classes.codeButtons}>
        <Tooltip label={clipboard.copied ? 'Copied' : 'Copy'}>
          <ActionIcon
            variant="default"
            aria-label={`Copy: ${label}`}
            onClick={() => {
              clipboard.copy(code);
            }}
          >
            {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      </div>
      {lines.length > MAX_LINES ? (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {isFolded ? `Show all ${lines.length} lines` : 'Fold'}
        </Button>
      ) : null}
    </figure>
  );
}
