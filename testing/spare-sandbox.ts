import { type SandboxOptions, TestSandbox } from './test-sandbox.js';

/** After so long, in ms, a spare one is not used any more: it would end before its time. */
const MAX_AGE_MS = 60_000;

interface Spare {
  readonly asked: string;
  readonly since: number;
  readonly sandbox: Promise<TestSandbox | null>;
}

/** Makes the sandbox of the next test while a test runs: most tests of a file ask for the same. */
export class SpareSandbox {
  private spare: Spare | undefined;

  constructor(private readonly url: string) {}

  /** The spare one, if it is what is asked for, or a new one; begins to make the next. */
  async take(options: SandboxOptions): Promise<TestSandbox> {
    const asked = JSON.stringify(options);
    const { spare } = this;
    this.spare = undefined;
    const isRight = spare?.asked === asked && Date.now() - spare.since < MAX_AGE_MS;
    if (spare && !isRight) void dispose(spare);
    const ready = isRight ? await spare.sandbox : null;
    const sandbox = ready ?? (await TestSandbox.create(this.url, options));
    this.spare ??= { asked, since: Date.now(), sandbox: TestSandbox.create(this.url, options).catch(() => null) };
    return sandbox;
  }

  async end(): Promise<void> {
    const { spare } = this;
    this.spare = undefined;
    if (spare) await dispose(spare);
  }
}

async function dispose({ sandbox }: Spare): Promise<void> {
  // The gateway may have ended already, and the sandbox with it.
  await (await sandbox)?.dispose().catch(() => undefined);
}
