const DRIVER_ERRORS =
  /^Mongo(?:ose)?(?:ServerSelection|Network|NetworkTimeout|NotConnected|PoolCleared|TopologyClosed|OperationTimeout)Error$/;

/** Error codes of a server that is stopping or was replaced as primary: the same call succeeds a little later. */
const SERVER_CODES: ReadonlySet<unknown> = new Set([
  91, // ShutdownInProgress
  189, // PrimarySteppedDown
  10_107, // NotWritablePrimary
  11_600, // InterruptedAtShutdown
  11_602, // InterruptedDueToReplStateChange
  13_435, // NotPrimaryNoSecondaryOk
]);

/** Whether an error means that the database cannot be reached or written now, whatever the request is. */
export function isDatabaseUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return DRIVER_ERRORS.test(error.name) || ('code' in error && SERVER_CODES.has(error.code));
}
