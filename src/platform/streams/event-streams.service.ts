import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, StreamableFile } from '@nestjs/common';
import type { Principal } from '../access/principal.js';
import { BackgroundWorker } from '../due-work/background-worker.js';
import { AnsweredError } from '../errors/answered.error.js';
import { TooManyOpenRequestsError } from '../errors/too-many-open-requests.error.js';
import { WaitingPlaces } from '../http/waiting-places.js';
import { EventStream, type FrameSource } from './event-stream.js';
import type { StreamConnection } from './stream-connection.decorator.js';

/** How many streams may be open at once, in all and of one account. */
const MAX_STREAMS = 1_000;
const MAX_STREAMS_PER_ACCOUNT = 20;

/** How often the streams are checked, in ms: whether their credentials are still valid, and their clients still read. */
const CHECK_EVERY_MS = 3_000;

/** How long a client may take to read the rest of a stream that was ended, in ms. */
const END_MS = 2_000;

interface OpenStream {
  readonly caller: Principal;
  readonly stream: EventStream;
  readonly connection: StreamConnection;
}

/**
 * Keeps the open streams of this process. A stream ends when its client leaves or reads nothing for a minute, when its
 * credentials become invalid, when its account is deleted or its sandbox gets another world, and when the process stops.
 */
@Injectable()
export class EventStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(EventStreams.name);
  private readonly places = new WaitingPlaces(MAX_STREAMS, MAX_STREAMS_PER_ACCOUNT);
  private readonly streams = new Set<OpenStream>();
  private readonly worker = new BackgroundWorker(
    'event-streams',
    async () => {
      await this.check();
      return null;
    },
    CHECK_EVERY_MS,
    (error) => {
      this.logger.warn(error);
    },
  );
  private isStopping = false;

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const open of this.streams) end(open);
    await this.worker.stop();
  }

  /**
   * Opens a stream, which the route answers with. Throws TooManyOpenRequestsError, AnsweredError if the client has left
   * meanwhile, and what `begin` throws.
   *
   * @param begin opens the source; all that happens from then on is in it
   */
  async open(
    caller: Principal,
    connection: StreamConnection,
    begin: () => Promise<FrameSource>,
  ): Promise<StreamableFile> {
    const { accountId } = caller;
    if (!this.places.take(accountId))
      throw new TooManyOpenRequestsError(
        `At most ${MAX_STREAMS_PER_ACCOUNT} streams of a user, and ${MAX_STREAMS} of all users, can be open at once; close one first.`,
      );
    let source: FrameSource;
    try {
      source = await begin();
    } catch (error) {
      this.places.giveBack(accountId);
      throw error;
    }
    const stream = new EventStream(source);
    const open = { caller, stream, connection };
    this.streams.add(open);
    const isThere = connection.begin(() => {
      stream.destroy();
      this.streams.delete(open);
      this.places.giveBack(accountId);
    });
    // The client has left meanwhile: nobody gets an answer.
    if (!isThere) throw new AnsweredError();
    if (this.isStopping) end(open);
    // A Readable itself Nest would wrap in another one.
    return new StreamableFile(stream);
  }

  private async check(): Promise<void> {
    const now = Date.now();
    for (const { stream, connection } of this.streams)
      if (stream.isStalled(connection.unsentBytes, now)) connection.cut();
    // All at once, so that their look-ups go together.
    await Promise.all(
      [...this.streams].map(async (open) => {
        if (!(await open.caller.isStillValid())) end(open);
      }),
    );
  }
}

function end({ stream, connection }: OpenStream): void {
  stream.finish();
  setTimeout(() => {
    connection.cut();
  }, END_MS).unref();
}
