import type { Dispute } from '../../client/disputes.js';
import { useNow } from '../parts/now.js';
import { Time } from '../parts/time.js';
import { describeDeadline } from './describe-deadline.js';

/** How long a dispute waits for an answer, by the account's clock; nothing for one that does not wait. */
export function Deadline({ dispute: { status, evidenceDueBy } }: { readonly dispute: Dispute }) {
  const now = useNow();
  if (status !== 'needs_response') return null;
  const due = Date.parse(evidenceDueBy);
  return Number.isNaN(due) ? <Time at={evidenceDueBy} /> : describeDeadline(due, now);
}
