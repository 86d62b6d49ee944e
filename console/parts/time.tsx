import { useNow } from './now.js';
import { describeTime, exactTime } from './describe-time.js';
import classes from './parts.module.css';

/** A time as people say it; the exact one, with UTC, on hover and focus. */
export function Time({ at }: { readonly at: string }) {
  const now = useNow();
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return <span>{at}</span>;
  return (
    // The exact time must be reachable by keyboard too.
    <time className={classes.time} dateTime={at} data-exact={exactTime(at)} tabIndex={0}>
      {describeTime(ms, now)}
    </time>
  );
}
