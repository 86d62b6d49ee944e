import DataLoader from 'dataloader';

/** Most items in one batch. */
const MAX_BATCH = 500;

/**
 * Gathers single calls into batches. Calls that arrive while a batch runs go into the next one; otherwise a call
 * starts at once, together with the other calls of the same turn of the event loop. Each caller gets its own result or
 * error. Nothing is cached.
 *
 * @param run returns one result or Error for each item, in the order of the items; if it throws, every caller of the
 * batch gets that error
 */
export function batched<In, Out>(
  run: (items: readonly In[]) => Promise<readonly (Out | Error)[]>,
): (item: In) => Promise<Out> {
  const waiting: (() => void)[] = [];
  let isRunning = false;
  const startNext = (): void => {
    const dispatch = waiting.shift();
    isRunning = dispatch !== undefined;
    if (dispatch) setImmediate(dispatch);
  };
  const loader = new DataLoader<In, Out>(
    async (items) => {
      try {
        return await run(items);
      } finally {
        startNext();
      }
    },
    {
      cache: false,
      maxBatchSize: MAX_BATCH,
      batchScheduleFn: (dispatch) => {
        waiting.push(dispatch);
        if (!isRunning) startNext();
      },
    },
  );
  return (item) => loader.load(item);
}
