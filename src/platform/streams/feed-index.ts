/** The index that every collection with a feed has: what is stored for an account, in the order of storing. */
export const FEED_INDEX = { accountId: 1, purgeAt: 1, _id: 1 } as const;
