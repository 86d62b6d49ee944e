import { useReducedMotion } from '@mantine/hooks';
import {
  Bar,
  BarChart,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { formatAmount, formatNumber } from '../parts/money.js';
import type { VolumePoint } from './statistics.js';
import classes from './home.module.css';

const AXIS = { fontSize: 12, fill: 'var(--quiet)' };
const TOOLTIP = {
  contentStyle: { background: 'var(--surface)', border: '1px solid var(--line)', borderRadius: 6, fontSize: 13 },
};

interface VolumePlotProps {
  readonly points: readonly VolumePoint[];
  readonly currency: string;
}

/** Volume as bars, success rate as a line on its own axis; the same figures as a table for screen readers. */
export function VolumePlot({ points, currency }: VolumePlotProps) {
  const isStill = useReducedMotion();
  return (
    <figure className={classes.plot} aria-label={`Volume in ${currency} and success rate`}>
      <div className={classes.drawing}>
        <ResponsiveContainer width="100%" height={260}>
          <ComposedChart data={[...points]} margin={{ top: 8, right: 0, bottom: 0, left: 8 }}>
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis dataKey="label" tick={AXIS} tickLine={false} axisLine={false} minTickGap={24} />
            <YAxis
              yAxisId="volume"
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              width={70}
              tickFormatter={(value: number) => formatNumber(value, currency)}
            />
            <YAxis
              yAxisId="rate"
              orientation="right"
              domain={[0, 100]}
              unit="%"
              tick={AXIS}
              tickLine={false}
              axisLine={false}
              width={48}
            />
            <Tooltip
              {...TOOLTIP}
              formatter={(value, name) =>
                name === 'Success rate' ? `${String(value)}%` : formatAmount(Number(value), currency)
              }
            />
            <Bar
              yAxisId="volume"
              dataKey="volume"
              name="Volume"
              fill="var(--mantine-color-indigo-5)"
              radius={[3, 3, 0, 0]}
              isAnimationActive={!isStill}
            />
            <Line
              yAxisId="rate"
              dataKey="successRate"
              name="Success rate"
              stroke="#2f9e44"
              strokeWidth={2}
              dot={false}
              connectNulls
              isAnimationActive={!isStill}
            />
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <div className={classes.unseen}>
        <table>
          <caption>Volume and success rate</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Payments</th>
              <th scope="col">Volume</th>
              <th scope="col">Success rate</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ start, label, payments, volume, successRate }) => (
              <tr key={start}>
                <th scope="row">{label}</th>
                <td>{payments}</td>
                <td>{formatAmount(volume, currency)}</td>
                <td>{successRate === null ? 'none' : `${successRate}%`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

interface FailuresPlotProps {
  readonly failures: readonly { readonly code: string; readonly count: number }[];
}

const BAR_HEIGHT = 30;

/** Failures by code as horizontal bars. */
export function FailuresPlot({ failures }: FailuresPlotProps) {
  const isStill = useReducedMotion();
  return (
    <figure className={classes.plot} aria-label="Failures by code">
      <div>
        <ResponsiveContainer width="100%" height={failures.length * BAR_HEIGHT + 30}>
          <BarChart data={[...failures]} layout="vertical" margin={{ top: 0, right: 16, bottom: 0, left: 8 }}>
            <XAxis type="number" allowDecimals={false} tick={AXIS} tickLine={false} axisLine={false} />
            <YAxis type="category" dataKey="code" width={150} tick={AXIS} tickLine={false} axisLine={false} />
            <Tooltip {...TOOLTIP} cursor={{ fill: 'var(--hover)' }} />
            <Bar dataKey="count" name="Failures" fill="#e03131" radius={[0, 3, 3, 0]} isAnimationActive={!isStill} />
          </BarChart>
        </ResponsiveContainer>
      </div>
      <div className={classes.unseen}>
        <table>
          <caption>Failures by code</caption>
          <tbody>
            {failures.map(({ code, count }) => (
              <tr key={code}>
                <th scope="row">{code}</th>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}
