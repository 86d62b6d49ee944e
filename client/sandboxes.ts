import {
  answered,
  type Connection,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

export type Sandbox = Schemas['SandboxDto'];
export type CreatedSandbox = Schemas['CreatedSandboxDto'];
export type SandboxSettings = Schemas['SandboxSettingsDto'];
export type Fault = Schemas['FaultDto'];
export type Certification = Schemas['CertificationDto'];

export class Sandboxes {
  constructor(private readonly connection: Connection) {}

  /** Needs no key. The answer has those of the sandbox, which are shown only once. */
  create(body: Schemas['CreateSandboxDto'] = {}, options?: RequestOptions): Promise<CreatedSandbox> {
    return answered(this.connection.api.POST('/api/v1/sandboxes', { body, ...sent(options) }));
  }

  /** The sandbox whose key this client has. */
  current(options?: RequestOptions): Promise<Sandbox> {
    return answered(this.connection.api.GET('/api/v1/sandboxes/current', sent(options)));
  }

  update(body: Schemas['ChangeSandboxDto'], options?: RequestOptions): Promise<Sandbox> {
    return answered(this.connection.api.PATCH('/api/v1/sandboxes/current', { body, ...sent(options) }));
  }

  /** Empties the sandbox; keys stay, ids and the clock begin anew. */
  reset(options?: RequestOptions): Promise<Sandbox> {
    return answered(this.connection.api.POST('/api/v1/sandboxes/current/reset', sent(options)));
  }

  delete(options?: RequestOptions): Promise<Schemas['DeletedSandboxDto']> {
    return answered(this.connection.api.DELETE('/api/v1/sandboxes/current', sent(options)));
  }

  snapshot(body: Schemas['CreateSnapshotDto'] = {}, options?: RequestOptions): Promise<Schemas['SnapshotDto']> {
    return answered(this.connection.api.POST('/api/v1/sandboxes/current/snapshots', { body, ...sent(options) }));
  }

  async snapshots(options?: RequestOptions): Promise<readonly Schemas['SnapshotDto'][]> {
    return (await answered(this.connection.api.GET('/api/v1/sandboxes/current/snapshots', sent(options)))).data;
  }

  /** Goes back to a snapshot. */
  restore(snapshot: string, options?: RequestOptions): Promise<Sandbox> {
    return answered(
      this.connection.api.POST('/api/v1/sandboxes/current/restore', { body: { snapshot }, ...sent(options) }),
    );
  }

  /** A snapshot as JSON, from which `create` makes a sandbox on any machine. */
  export(snapshot: string, options?: RequestOptions): Promise<Schemas['SnapshotExportDto']> {
    return answered(
      this.connection.api.GET('/api/v1/snapshots/{snapshot_id}/export', {
        params: { path: { snapshot_id: snapshot } },
        ...sent(options),
      }),
    );
  }
}

/** How far to advance a clock: a duration (`3d`, `PT36H`), a time, or `next`: to the next thing that is due. */
export type Advance = string | Date;

export class Clock {
  constructor(private readonly connection: Connection) {}

  get(options?: RequestOptions): Promise<Schemas['ClockDto']> {
    return answered(this.connection.api.GET('/api/v1/clock', sent(options)));
  }

  /**
   * Advances a virtual clock. Resolves when everything that was due in between has happened. Not repeated by itself: to
   * repeat it safely, name a time.
   */
  advance(how: Advance, options?: RequestOptions): Promise<Schemas['AdvancedClockDto']> {
    return answered(this.connection.api.POST('/api/v1/clock/advance', { body: advanceBody(how), ...sent(options) }));
  }
}

function advanceBody(how: Advance): Schemas['AdvanceClockDto'] {
  if (how === 'next') return { toNext: true };
  if (how instanceof Date) return { to: how.toISOString() };
  return /^\d{4}-/.test(how) ? { to: how } : { by: how };
}

export class Faults {
  constructor(private readonly connection: Connection) {}

  add(body: Schemas['CreateFaultDto'], options?: WriteOptions): Promise<Fault> {
    return answered(this.connection.api.POST('/api/v1/faults', { body, ...sent(options) }));
  }

  /** With the truth about each hit. */
  get(id: string, options?: RequestOptions): Promise<Fault> {
    return answered(
      this.connection.api.GET('/api/v1/faults/{fault_id}', { params: { path: { fault_id: id } }, ...sent(options) }),
    );
  }

  list(query: QueryOf<'/api/v1/faults'> = {}, options?: RequestOptions): PagedList<Fault> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/faults', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return answered(
      this.connection.api.DELETE('/api/v1/faults/{fault_id}', { params: { path: { fault_id: id } }, ...sent(options) }),
    );
  }

  /** Removes all of them. */
  clear(options?: RequestOptions): Promise<void> {
    return answered(this.connection.api.DELETE('/api/v1/faults', sent(options)));
  }
}

export class DoubleCharges {
  constructor(private readonly connection: Connection) {}

  async list(options?: RequestOptions): Promise<readonly Schemas['DoubleChargeDto'][]> {
    return (await answered(this.connection.api.GET('/api/v1/double-charges', sent(options)))).data;
  }
}

const CERTIFICATION_POLL_MS = 100;

export class Certifications {
  constructor(private readonly connection: Connection) {}

  /** Begins to judge a webhook handler. */
  create(body: Schemas['BeginCertificationDto'], options?: WriteOptions): Promise<Certification> {
    return answered(this.connection.api.POST('/api/v1/certifications', { body, ...sent(options) }));
  }

  get(id: string, options?: RequestOptions): Promise<Certification> {
    return answered(
      this.connection.api.GET('/api/v1/certifications/{certification_id}', {
        params: { path: { certification_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/certifications'> = {}, options?: RequestOptions): PagedList<Certification> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/certifications', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** Begins to judge a webhook handler and waits for the end, which comes within half a minute. */
  async run(body: Schemas['BeginCertificationDto'], options?: WriteOptions): Promise<Certification> {
    let certification = await this.create(body, options);
    while (certification.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, CERTIFICATION_POLL_MS));
      certification = await this.get(certification.id, options?.signal ? { signal: options.signal } : {});
    }
    return certification;
  }

  /** The report in JUnit's XML. */
  junit(id: string, options?: RequestOptions): Promise<string> {
    return answered<string>(
      this.connection.api.GET('/api/v1/certifications/{certification_id}/junit', {
        params: { path: { certification_id: id } },
        parseAs: 'text',
        ...sent(options),
      }),
    );
  }
}
