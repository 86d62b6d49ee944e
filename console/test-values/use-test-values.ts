import { useQuery } from '@tanstack/react-query';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';

/** Every test value; they never change while the gateway runs. */
export function useTestValues() {
  return useQuery({
    queryKey: keys.testValues,
    queryFn: ({ signal }) => gateway.testValues({}, { signal }),
    staleTime: Infinity,
  });
}
