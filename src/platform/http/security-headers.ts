/**
 * The security headers of every response, errors included. The same headers as @fastify/helmet sets, without its work
 * for each request. A proxy in front provides TLS, so it also sets Strict-Transport-Security.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // Swagger UI needs inline styles and data: images.
  'content-security-policy':
    "default-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data:;frame-ancestors 'none';base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};
