import { useReducedMotion } from '@mantine/hooks';
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { formatAmount, formatNumber } from '../parts/money.js';
import type { BalancePoint } from './balance-over-time.js';
import classes from './balance.module.css';

const AXIS = { fontSize: 12, fill: 'var(--quiet)' };
const TOOLTIP = {
  contentStyle: { background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 6, fontSize: 13 },
};

const DAY_MS = 24 * 60 * 60 * 1000;
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

interface BalancePlotProps {
  readonly points: readonly BalancePoint[];
  readonly currency: string;
}

/** A balance as steps; the same figures as a table for screen readers. */
export function BalancePlot({ points, currency }: BalancePlotProps) {
  const isStill = useReducedMotion();
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const axisLabel = last - first > 2 * DAY_MS ? day : minute;
  return (
    <figure className={classes.plot} aria-label={`Balance in ${currency} over time`}>
      <div className={classes.drawing}>
        <ResponsiveContainer width="100%" height={240}>
          <LineChart data={[...points]} margin={{ top: 8, right: 16, bottom: 0, left: 8 }}>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="at"
              type="number"
              scale="time"
              domain={['dataMin', 'dataMax']}
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              minTickGap={32}
              tickFormatter={(at: number) => axisLabel.format(at)}
            />
            <YAxis
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              width={80}
              tickFormatter={(value: number) => formatNumber(value, currency)}
            />
            <Tooltip
              {...TOOLTIP}
              labelFormatter={(at) => exact.format(Number(at))}
              formatter={(value) => formatAmount(Number(value), currency)}
            />
            <Line
              type="stepAfter"
              dataKey="balance"
              name="Balance"
              stroke="var(--mantine-color-indigo-5)"
              strokeWidth={2}
              dot={false}
              isAnimationActive={!isStill}
            />
          </LineChart>
        </ResponsiveContainer>
      </div>
      <div className={classes.unseen}>
        <table>
          <caption>Balance over time</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Balance</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ at, balance }) => (
              <tr key={at}>
                <th scope="row">{exact.format(at)}</th>
                <td>{formatAmount(balance, currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
