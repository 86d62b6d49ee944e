import { Readable } from 'node:stream';

/** How long a stream is silent at most, in ms: proxies close connections that are silent for longer. */
const HEARTBEAT_MS = 15_000;

/** How long a client may take nothing while something waits for it, in ms. */
const STALLED_MS = 60_000;

/** After which time a client connects again when the stream has ended. */
const RETRY = 'retry: 1000\n\n';
const HEARTBEAT = ': heartbeat\n\n';

/** One server-sent event. */
export interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: object;
}

/** Where the frames of a stream come from. */
export interface FrameSource {
  /** The next frames, at least one; none if none came within `waitMs`; null at the end. */
  next(waitMs: number): Promise<readonly Frame[] | null>;
  /** Nobody wants more frames. A call of `next` that waits resolves. */
  close(): void;
}

/**
 * The body of a response with server-sent events. It takes frames from its source only as fast as the client takes
 * them.
 */
export class EventStream extends Readable {
  private readonly frames: Frame[] = [];
  private hasBegun = false;
  private isFinished = false;
  private givenBytes = 0;
  private taken = { bytes: 0, at: Date.now() };

  constructor(private readonly source: FrameSource) {
    super();
  }

  /** Ends the response after what the client was given already. */
  finish(): void {
    if (this.isFinished || this.destroyed) return;
    this.isFinished = true;
    this.source.close();
    this.push(null);
  }

  /**
   * Whether the client has taken nothing for a minute although something waits for it. Call it every few seconds.
   *
   * @param unsentBytes how many bytes of this stream wait in the connection
   */
  isStalled(unsentBytes: number, now: number): boolean {
    const waiting = this.readableLength + unsentBytes;
    const bytes = this.givenBytes - waiting;
    if (waiting === 0 || bytes !== this.taken.bytes) this.taken = { bytes, at: now };
    return now - this.taken.at >= STALLED_MS;
  }

  override _read(): void {
    this.nextText().then(
      (text) => {
        if (this.isFinished || this.destroyed) return;
        if (text === null) {
          this.finish();
          return;
        }
        const bytes = Buffer.from(text);
        this.givenBytes += bytes.length;
        this.push(bytes);
      },
      (error: unknown) => {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      },
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.source.close();
    this.frames.length = 0;
    callback(error);
  }

  private async nextText(): Promise<string | null> {
    if (!this.hasBegun) {
      this.hasBegun = true;
      return RETRY;
    }
    if (this.frames.length === 0) {
      const next = await this.source.next(HEARTBEAT_MS);
      if (next === null) return null;
      this.frames.push(...next);
    }
    const frame = this.frames.shift();
    return frame ? textOf(frame) : HEARTBEAT;
  }
}

/** JSON has no line breaks, so the data is one line. */
function textOf({ id, event, data }: Frame): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
