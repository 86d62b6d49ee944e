import { SetMetadata } from '@nestjs/common';

export const UNLIMITED = 'unlimited';

/** Routes of operators, that no limit may get in the way of. */
export const Unlimited = () => SetMetadata(UNLIMITED, true);
