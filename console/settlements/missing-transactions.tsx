import { Button, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import type { SubmitEvent } from 'react';
import { Section } from '../parts/page.js';
import { type Draft, withMissing, withoutMissing } from './exercise-marks.js';
import classes from './settlements.module.css';

interface MissingTransactionsProps {
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
}

/** The transactions that the report should have, and has not. */
export function MissingTransactions({ draft, onChange }: MissingTransactionsProps) {
  const [id, setId] = useInputState('');
  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    onChange(withMissing(draft, id));
    setId('');
  };
  return (
    <Section title="Missing rows">
      <form onSubmit={add} className={classes.add}>
        <TextInput
          label="Transaction"
          description="Which the gateway has, and this report has not."
          placeholder="bt_…"
          value={id}
          onChange={setId}
        />
        <Button type="submit" variant="default" disabled={id.trim() === ''}>
          Add
        </Button>
      </form>
      {draft.missing.length === 0 ? null : (
        <ul className={classes.missing} style={{ marginTop: 12 }}>
          {draft.missing.map((missing) => (
            <li key={missing}>
              <code>{missing}</code>
              <Button
                variant="subtle"
                size="compact-xs"
                aria-label={`Remove ${missing}`}
                onClick={() => {
                  onChange(withoutMissing(draft, missing));
                }}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
