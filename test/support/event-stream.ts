import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { eventually, within } from './eventually.js';

/** One server-sent event, with its data as it was sent. */
export interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

type Headers = Readonly<Record<string, string>>;

/** A client of a stream of server-sent events, which also pauses and leaves as it is told. */
export class EventStreamReader {
  readonly frames: Frame[] = [];
  readonly comments: string[] = [];
  retryMs: number | null = null;
  /** What is not a whole frame yet; all of it if the answer is no stream. */
  text = '';
  /** Resolves when the response has ended; true if it ended as HTTP says, and the connection was not cut. */
  readonly ended: Promise<boolean>;

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (text: string) => {
      this.take(text);
    });
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) =>
      response.once('close', () => {
        resolve(response.complete);
      }),
    );
  }

  /** Resolves when the headers have come. */
  static open(url: string, headers: Headers): Promise<EventStreamReader> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers, agent: new Agent() });
      sent.once('response', (response) => {
        resolve(new EventStreamReader(response));
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  get ids(): string[] {
    return this.frames.map(({ id }) => id);
  }

  /** The data of all frames that came. */
  data<T>(): T[] {
    return this.frames.map(({ data }) => JSON.parse(data) as T);
  }

  /** Waits until the frames are as they should be, and gives them. */
  async until(what: string, accepted: (frames: readonly Frame[]) => boolean, patienceMs?: number): Promise<Frame[]> {
    await eventually(
      what,
      () => this.frames.length,
      () => accepted(this.frames),
      patienceMs,
    );
    return this.frames;
  }

  /** Waits for this many different ids. */
  async has(count: number, patienceMs?: number): Promise<string[]> {
    await this.until(`${count} events`, () => new Set(this.ids).size >= count, patienceMs);
    return this.ids;
  }

  /** Waits until the server ends the response, within 8 s unless told otherwise. */
  end(patienceMs = 8_000): Promise<boolean> {
    return within('the stream to end', patienceMs, this.ended);
  }

  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  leave(): void {
    this.response.destroy();
  }

  private take(text: string): void {
    const blocks = (this.text + text).split('\n\n');
    this.text = blocks.pop() ?? '';
    for (const block of blocks) this.takeBlock(block);
  }

  private takeBlock(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      fields.set(line.slice(0, colon), line.slice(colon + 1).trimStart());
    }
    const [comment, retry, data] = [fields.get(''), fields.get('retry'), fields.get('data')];
    if (comment !== undefined) this.comments.push(comment);
    if (retry !== undefined) this.retryMs = Number(retry);
    if (data !== undefined) this.frames.push({ id: fields.get('id') ?? '', event: fields.get('event') ?? '', data });
  }
}
