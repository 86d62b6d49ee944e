import { SetMetadata } from '@nestjs/common';

export const UNLIMITED = 'unlimited';

/** Exempts a route from rate limits. For the routes that operators use. */
export const Unlimited = () => SetMetadata(UNLIMITED, true);
