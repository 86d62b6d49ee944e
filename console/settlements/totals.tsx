import type { Settlement } from '../gateway/money-types.js';
import { formatText } from '../parts/money.js';
import classes from './settlements.module.css';

/** The sums of a report. */
export function Totals({ report: { totals, currency, payoutId } }: { readonly report: Settlement }) {
  const sums: readonly (readonly [string, string])[] = [
    ['rows', totals.count.toLocaleString()],
    ['gross', formatText(totals.grossText, currency)],
    ['fees', formatText(totals.feeText, currency)],
    ['net', formatText(totals.netText, currency)],
    ...(payoutId === null ? [] : [['in the payout', formatText(totals.amountInPayoutText, currency)] as const]),
  ];
  return (
    <dl className={classes.totals} aria-label="Totals">
      {sums.map(([name, sum]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{sum}</dd>
        </div>
      ))}
    </dl>
  );
}
