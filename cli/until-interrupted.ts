/** Aborted when the user or the system ends the command; the exit code is then 0. */
export function untilInterrupted(): AbortSignal {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      ended.abort();
    });
  return ended.signal;
}
