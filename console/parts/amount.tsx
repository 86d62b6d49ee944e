import { formatAmount } from './money.js';
import classes from './parts.module.css';

interface AmountProps {
  /** In major units. */
  readonly value: number;
  readonly currency: string;
}

export function Amount({ value, currency }: AmountProps) {
  return <span className={classes.amount}>{formatAmount(value, currency)}</span>;
}
