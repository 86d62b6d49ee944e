import type { ExerciseResult } from '../gateway/money-types.js';
import { Section } from '../parts/page.js';
import type { Meaning } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { ERROR_WORDS, type Mark, type Marks } from './exercise-marks.js';
import classes from './settlements.module.css';

const KINDS: Readonly<Record<Mark['kind'], { readonly label: string; readonly meaning: Meaning }>> = {
  correct: { label: 'found', meaning: 'done' },
  missed: { label: 'missed', meaning: 'waiting' },
  wrongly_accused: { label: 'wrongly accused', meaning: 'failed' },
};

/** What became of accusations, each with what is wrong. */
export function MarkList({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <div className={classes.marks}>
      {marks.map(({ kind, error, explanation }) => {
        const { label, meaning } = KINDS[kind];
        return (
          <span key={`${kind} ${error}`}>
            <StatusBadge status={kind} label={`${label}: ${ERROR_WORDS[error]}`} meaning={meaning} />
            {explanation === null ? null : (
              <>
                {' '}
                <small>{explanation}</small>
              </>
            )}
          </span>
        );
      })}
    </div>
  );
}

interface ResultProps {
  readonly result: ExerciseResult;
  readonly marks: Marks;
}

/** The score of an answer, and what is of no row. */
export function Result({ result: { score, correct, missed, wronglyAccused }, marks: { beyond } }: ResultProps) {
  return (
    <Section title="Score">
      <p className={classes.score}>{score} of 100</p>
      <p>
        {correct.length} found, {missed.length} missed, {wronglyAccused.length} wrongly accused.
      </p>
      {beyond.length === 0 ? null : (
        <ul className={classes.missing} aria-label="Not in the report">
          {beyond.map((mark, index) => (
            <li key={index}>
              {mark.explanation === null && mark.transactionId !== null ? <code>{mark.transactionId}</code> : null}
              <MarkList marks={[mark]} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
