/** Requests that cost alike are limited together. */
export const ROUTE_CLASSES = ['anonymous', 'read', 'write'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

export interface RateLimit {
  /** Requests in a window. */
  readonly quota: number;
  /** Length of the window, in seconds. */
  readonly windowSeconds: number;
}

export type RateLimits = Readonly<Record<RouteClass, RateLimit>>;

/** Generous: a sandbox is hammered by test suites; what is limited is a client out of control. */
export const DEFAULT_RATE_LIMITS = 'anonymous=3000/60,read=12000/60,write=6000/60';

export const RATE_LIMIT_PATTERN = /^(off|(anonymous|read|write)=[1-9]\d{0,8}\/[1-9]\d{0,4}(,(anonymous|read|write)=[1-9]\d{0,8}\/[1-9]\d{0,4})*)$/;

/** Reads `write=100/60,read=…`: quota and window in seconds by class; what is not named keeps its default. Null for `off`. */
export function parseRateLimits(setting: string): RateLimits | null {
  if (setting === 'off') return null;
  const limits = [...DEFAULT_RATE_LIMITS.split(','), ...setting.split(',')].map((each) => {
    const [routeClass = '', quota, windowSeconds] = each.split(/[=/]/);
    return [routeClass, { quota: Number(quota), windowSeconds: Number(windowSeconds) }];
  });
  return Object.fromEntries(limits) as RateLimits;
}
