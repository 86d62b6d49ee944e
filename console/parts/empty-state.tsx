import type { ReactNode } from 'react';
import { CodeBlock } from './code-block.js';
import classes from './parts.module.css';

interface EmptyStateProps {
  /** What would be here, and how to get it: one sentence. */
  readonly sentence: string;
  readonly action?: ReactNode;
  readonly curl?: string | undefined;
}

/** Teaches how to get what would be here. */
export function EmptyState({ sentence, action, curl }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <p>{sentence}</p>
      {action}
      {curl === undefined ? null : <CodeBlock code={curl} label="The same by curl" />}
    </div>
  );
}
