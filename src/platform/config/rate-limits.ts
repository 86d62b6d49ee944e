/**
 * Routes of similar cost share a limit. `credentials` are registrations and logins: each of them hashes a password.
 */
export const ROUTE_CLASSES = ['anonymous', 'credentials', 'read', 'write'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

export interface RateLimit {
  /** Requests in a window. */
  readonly quota: number;
  /** Length of the window, in seconds. */
  readonly windowSeconds: number;
}

export type RateLimits = Readonly<Record<RouteClass, RateLimit>>;

/** High enough for test suites, which send many requests; they only stop a client that is out of control. */
export const DEFAULT_RATE_LIMITS = 'anonymous=3000/60,credentials=600/60,read=12000/60,write=6000/60';

const LIMIT = String.raw`(?:${ROUTE_CLASSES.join('|')})=[1-9]\d{0,8}/[1-9]\d{0,4}`;

export const RATE_LIMIT_PATTERN = new RegExp(`^(?:off|${LIMIT}(?:,${LIMIT}){0,20})$`);

/** Reads `write=100/60,read=…`: quota/seconds by class. Other classes keep their default. Returns null for `off`. */
export function parseRateLimits(setting: string): RateLimits | null {
  if (setting === 'off') return null;
  const limits = [...DEFAULT_RATE_LIMITS.split(','), ...setting.split(',')].map((each) => {
    const [routeClass = '', quota, windowSeconds] = each.split(/[=/]/);
    return [routeClass, { quota: Number(quota), windowSeconds: Number(windowSeconds) }];
  });
  return Object.fromEntries(limits) as RateLimits;
}
