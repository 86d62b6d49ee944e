import type { Schemas } from '../../client/connection.js';
import { formatTime } from '../parts/describe-time.js';

export type Statistics = Schemas['StatisticsDto'];

/** One point of the plots. */
export interface VolumePoint {
  readonly start: string;
  /** As the axis shows it, in the viewer's zone. */
  readonly label: string;
  readonly payments: number;
  /** In major units of the currency that is shown; null in an hour without it. */
  readonly volume: number;
  /** In percent; null where nothing has an outcome. */
  readonly successRate: number | null;
}

const hour = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** The currencies in which something was captured, the most used first. */
export function currenciesOf({ data }: Pick<Statistics, 'data'>): string[] {
  const counts = new Map<string, number>();
  for (const { volume } of data)
    for (const { currency } of volume) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([currency]) => currency);
}

/** The points of one currency; days are those of UTC. */
export function pointsOf({ by, data }: Pick<Statistics, 'by' | 'data'>, currency: string): VolumePoint[] {
  return data.map(({ start, payments, successRate, volume }) => ({
    start,
    label: formatTime(by === 'hour' ? hour : day, start),
    payments,
    volume: volume.find((one) => one.currency === currency)?.amount ?? 0,
    successRate: successRate === null ? null : Math.round(successRate * 1000) / 10,
  }));
}

/** The share of payments that succeeded, over all points, in percent; null where nothing has an outcome. */
export function totalRate({ data }: Pick<Statistics, 'data'>): number | null {
  const completed = data.reduce((sum, point) => sum + point.completed, 0);
  const failed = data.reduce((sum, point) => sum + point.failed, 0);
  return completed + failed === 0 ? null : Math.round((completed / (completed + failed)) * 1000) / 10;
}
