import { Binary } from 'bson';
import type { CommandContext } from './command-context.js';
import { cursorReply } from './cursor-reply.js';
import { encode } from './document.js';
import { mapPortions, then } from './record-stream.js';
import type { Request } from './request.js';

/** The name of the cursor's collection. No collection can have it. */
export const BACKUP_COLLECTION = '$backup';

/**
 * Opens a cursor over everything in the store as it is on the disk now. Each of its documents is a chunk of entries.
 * The client asks for one chunk at a time, so that neither side keeps more than a few of them in memory.
 */
export function backup(request: Request, { catalog, cursors }: CommandContext): Buffer | Promise<Buffer> {
  request.allow();
  const namespace = `${request.database}.${BACKUP_COLLECTION}`;
  const documents = mapPortions(catalog.store.copy(), (chunks) =>
    chunks.map((chunk) => encode({ entries: new Binary(chunk) })),
  );
  return then(cursors.start(namespace, documents, 1), (batch) => cursorReply('firstBatch', batch, namespace));
}
