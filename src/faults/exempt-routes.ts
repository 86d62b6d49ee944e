/** The routes by which a test arranges its faults, its time and its world: no fault ever hits them. */
const EXEMPT = ['faults', 'clock', 'sandboxes', 'snapshots', 'certifications'];
const EXEMPT_OF_DIALECT = /^\/?v1\/test_helpers\//;

/** Whether no fault hits a route. @param route its declared path, below /api/v1 */
export function isExempt(route: string): boolean {
  const [first = ''] = route.split('/').filter((part) => part !== '');
  return EXEMPT.includes(first) || EXEMPT_OF_DIALECT.test(route);
}
