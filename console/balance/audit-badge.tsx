import { useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Section } from '../parts/page.js';
import { Facts } from '../parts/facts.js';
import { StatusBadge } from '../parts/status-badge.js';

/** All entries are read for it. */
const STALE_MS = 60_000;

const useAudit = () =>
  useQuery({
    queryKey: keys.audit,
    queryFn: ({ signal }) => gateway.ledger.audit({ signal }),
    staleTime: STALE_MS,
  });

/** Whether the books balance. */
export function AuditBadge() {
  const { data } = useAudit();
  if (!data) return null;
  const { balanced, checked, differences } = data;
  return balanced ? (
    <StatusBadge status="balanced" label={`Books balance: ${checked.entries.toLocaleString()} entries checked`} />
  ) : (
    <StatusBadge status="failed" label={`Books do not balance: ${differences.length} differences`} />
  );
}

/** What does not balance; nothing while all does. */
export function AuditDifferences() {
  const { data } = useAudit();
  if (!data || data.balanced) return null;
  return (
    <Section title="What does not balance">
      <Facts facts={data.differences.map(({ about, message }) => [about, message])} />
    </Section>
  );
}
