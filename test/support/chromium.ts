import { existsSync } from 'node:fs';

/** The browser of the tests: Debian's, or the one that the environment variable CHROMIUM names. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Where it is false, the tests in a browser are skipped. */
export const hasChromium = existsSync(CHROMIUM);

/** Keeps the browser on this machine: it resolves no name and reaches no other address. */
export const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
