import { SetMetadata } from '@nestjs/common';
import type { RouteClass } from '../platform/config/rate-limits.js';

export const RATE_CLASS = 'rate-class';

/** Puts a public route into a class of routes that share one limit per address. */
export const RateClass = (routeClass: RouteClass) => SetMetadata(RATE_CLASS, routeClass);
