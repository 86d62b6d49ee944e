import { Header } from '@nestjs/common';

/** Marks a route whose response contains a secret, so that no cache stores it. */
export const NoStore = () => Header('cache-control', 'no-store');
