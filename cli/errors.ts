/** The command was used in a wrong way: exit code 2. */
export class UsageError extends Error {}

/** The command failed, and the message says all: exit code 1. */
export class CommandError extends Error {}
