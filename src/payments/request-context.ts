/** Whose request it is, and how it is told apart from others. */
export interface RequestContext {
  readonly accountId: string;
  readonly requestId: string;
  /** The id of the event that the request makes: the same when the request runs again after a crash. */
  readonly eventId: string;
}
