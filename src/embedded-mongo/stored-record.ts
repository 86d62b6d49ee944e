/** A document in memory: its bytes as they are stored and sent. */
export interface StoredRecord {
  /** Ascending in the order of insertion; unique within the collection. */
  readonly id: number;
  bytes: Buffer;
}
