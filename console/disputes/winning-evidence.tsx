import { Text } from '@mantine/core';
import { IconCheck, IconCircleDashed } from '@tabler/icons-react';
import type { Schemas } from '../../client/connection.js';
import type { Dispute } from '../../client/disputes.js';
import { Copyable } from '../parts/copyable.js';
import { Section } from '../parts/page.js';
import { wordsOf } from '../parts/status.js';
import { fieldLabel, winningSets } from './evidence.js';
import classes from './disputes.module.css';

interface WinningEvidenceProps {
  readonly dispute: Dispute;
  readonly rules: Schemas['DisputeRulesDto'];
}

/** What answers the reason of a dispute, and which of it is saved. */
export function WinningEvidence({ dispute: { reason, evidence }, rules }: WinningEvidenceProps) {
  return (
    <Section title="What wins it">
      <Text mb="sm">Against “{wordsOf(reason)}”, all fields of one line:</Text>
      <ul className={classes.sets}>
        {winningSets(rules, reason, evidence ?? {}).map(({ fields, isComplete }) => (
          <li key={fields.join()} data-meaning={isComplete ? 'done' : undefined}>
            {isComplete ? <IconCheck size={16} aria-hidden /> : <IconCircleDashed size={16} aria-hidden />}
            <span>
              {fields.map(fieldLabel).join(' + ')}
              {isComplete ? ' (saved)' : ''}
            </span>
          </li>
        ))}
      </ul>
      <Text mb="sm">Or one of these texts in any field, which decides for a test:</Text>
      <ul className={classes.magic}>
        {rules.magicTexts.map(({ text, outcome }) => (
          <li key={text}>
            <Copyable text={text} />
            <small>{outcome}</small>
          </li>
        ))}
      </ul>
    </Section>
  );
}
