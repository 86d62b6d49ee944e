import { SetMetadata } from '@nestjs/common';
import type { RouteClass } from '../platform/config/rate-limits.js';

export const RATE_CLASS = 'rate-class';

/** Puts a route into a class of routes that share one limit: per address if it is public, otherwise per account. */
export const RateClass = (routeClass: RouteClass) => SetMetadata(RATE_CLASS, routeClass);
