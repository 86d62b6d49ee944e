/** Ends the work of a request that is answered already, or never will be. No error filter answers it. */
export class AnsweredError extends Error {}
