import { SetMetadata } from '@nestjs/common';
import type { RouteClass } from '../platform/config/rate-limits.js';

export const RATE_CLASS = 'rate-class';

/** Limits a route with others of this class, by address. */
export const RateClass = (routeClass: RouteClass) => SetMetadata(RATE_CLASS, routeClass);
