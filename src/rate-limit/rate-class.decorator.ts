import { SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RouteClass } from '../platform/config/rate-limits.js';

export const RATE_CLASS = 'rate-class';

/** The class of a route, or what tells it from the request, whose body is not validated yet. */
export type ClassOfRoute = RouteClass | ((request: FastifyRequest) => RouteClass);

/** Puts a route into a class of routes that share one limit: per address if it is public, otherwise per account. */
export const RateClass = (routeClass: ClassOfRoute) => SetMetadata(RATE_CLASS, routeClass);
