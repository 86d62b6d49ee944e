import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { StoreDamagedError } from './store-errors.js';

const WRITE_INTERVAL_MS = 1_000;
const DIGITS = 16;

/**
 * A file next to LevelDB's files with the number of a recent commit. If the store ends before that commit, its end was
 * lost, which the store itself cannot detect. The file is overwritten in place: a disk sector has either its old or
 * its new content.
 */
export class LastCommitFile {
  private timer: NodeJS.Timeout | undefined;
  private written: number;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: FileHandle,
    readonly number: number,
  ) {
    this.written = number;
  }

  static async create(path: string): Promise<void> {
    const file = await open(path, 'wx', 0o600);
    await file.write(encode(0), 0);
    await file.sync();
    await file.close();
  }

  /** Throws StoreDamagedError if the file is missing or has no valid number. */
  static async open(path: string): Promise<LastCommitFile> {
    let file: FileHandle;
    try {
      file = await open(path, 'r+');
    } catch (error) {
      throw new StoreDamagedError(`The file ${path}`, 'it cannot be opened', { cause: error });
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(encode(0).length + 1), 0, null, 0);
    const number = decode(buffer.subarray(0, bytesRead).toString('latin1'));
    if (number !== undefined) return new LastCommitFile(file, number);
    await file.close();
    throw new StoreDamagedError(`The file ${path}`, 'it does not hold the number of a commit');
  }

  /** Writes the number once a second while it changes. Ignores write errors: they do not affect the stored data. */
  follow(current: () => number): void {
    this.timer = setInterval(() => {
      this.write(current()).catch(() => undefined);
    }, WRITE_INTERVAL_MS).unref();
  }

  private write(number: number): Promise<void> {
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        if (number === this.written) return;
        await this.file.write(encode(number), 0);
        this.written = number;
      });
    return this.writing;
  }

  /** Writes and syncs the number. */
  async close(number = this.written): Promise<void> {
    clearInterval(this.timer);
    try {
      await this.write(number);
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }
}

const digits = (number: number): string => String(number).padStart(DIGITS, '0');
const encode = (number: number): string => `${digits(number)} ${crc32(digits(number)).toString(16).padStart(8, '0')}\n`;

function decode(text: string): number | undefined {
  const number = Number(text.slice(0, DIGITS));
  return Number.isSafeInteger(number) && text === encode(number) ? number : undefined;
}
