import { escapeHtml } from '../common/html.js';
import { badge, customerPage } from './customer-page.js';
import type { ErrorBody } from './error-body.js';

/** What the paths of pages for the customers of merchants begin with. */
const PATHS = ['/3ds/', '/checkout/'];

/** Whether a URL is that of a page for customers. */
export function isPageForCustomers(url: string): boolean {
  return PATHS.some((path) => url.startsWith(path));
}

/** Whether a browser asks for a page: it gets errors as pages too. */
export function wantsPage(url: string, accept: string | undefined): boolean {
  return isPageForCustomers(url) && /\btext\/html\b/i.test(accept ?? '');
}

const TEXTS: Readonly<Record<number, readonly [title: string, text: string]>> = {
  404: ['This page does not exist', 'The link is not complete, or what it led to is gone.'],
  409: ['That is not possible any more', 'Go back, and load the page again.'],
  429: ['Too many requests', 'Wait a minute, and load the page again.'],
  503: ['The gateway cannot be reached', 'Wait a moment, and load the page again. You will not be charged twice.'],
};

const OTHER = ['Something went wrong', 'Go back, and load the page again. You will not be charged twice.'] as const;

/** An error as a page for customers; it repeats nothing of what was sent. */
export function customerErrorPage({ status, code, requestId }: ErrorBody): string {
  const [title, text] = TEXTS[status] ?? OTHER;
  return customerPage({
    title,
    content: `<div class="card">
${badge('bad')}
<h1>${title}</h1>
<p role="alert">${text}</p>
<p><small>${code} · ${escapeHtml(requestId)}</small></p>
</div>`,
  });
}
