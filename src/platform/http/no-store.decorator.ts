import { Header } from '@nestjs/common';

/** The answer shows a secret: no cache may keep it. */
export const NoStore = () => Header('cache-control', 'no-store');
