import type { Frame, FrameSource } from './event-stream.js';
import type { FeedReader, StoredDocument } from './feed-reader.js';

/** The frames of the documents of a reader. @param framesIn at least one of each document that the reader gives */
export function framesOf<T extends StoredDocument>(
  reader: FeedReader<T>,
  framesIn: (document: T) => readonly Frame[],
): FrameSource {
  return {
    next: async (waitMs) => (await reader.next(waitMs))?.flatMap(framesIn) ?? null,
    close: () => {
      reader.close();
    },
  };
}
