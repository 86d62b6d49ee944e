import DataLoader from 'dataloader';

/** Most items of one batch. */
const MAX_BATCH = 500;

/**
 * Gathers single calls into batches. What arrives while a batch is under way goes with the next one; if none is, a call
 * starts at once, with what else arrives in the same turn of the event loop. Each caller gets its own result or its own
 * error, and nothing is cached.
 *
 * @param run returns one result, or an Error, for each item, in the order of the items; if it throws, every caller of the
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
