import { useContext } from 'react';
import { NowContext } from './now.js';
import { describeTime, exactTime } from './describe-time.js';
import classes from './parts.module.css';

interface TimeProps {
  readonly at: string;
  /** By the real time, also where the account's clock is virtual. */
  readonly isReal?: boolean;
}

/** A time as people say it; the exact one, with UTC, on hover and focus. */
export function Time({ at, isReal = false }: TimeProps) {
  const { account, real } = useContext(NowContext);
  const ms = Date.parse(at);
  // A newer gateway may send what this console does not know.
  if (Number.isNaN(ms)) return <span>{at}</span>;
  return (
    // The exact time must be reachable by keyboard too.
    <time className={classes.time} dateTime={at} data-exact={exactTime(at)} tabIndex={0}>
      {describeTime(ms, isReal ? real : account)}
    </time>
  );
}
