import { Injectable } from '@nestjs/common';
import { EventsService } from '../../events/events.service.js';
import { timeOf } from '../../platform/common/ids.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { EventProjection } from '../events/event-projection.service.js';
import { ShownObjects } from '../objects.service.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { LIST, listOf, pageOf, seconds } from '../wire/lists.js';
import { notThere } from '../wire/lookups.js';
import { type ParamsOf, required, text, unixTime } from '../wire/params.js';
import type { TestClock } from './test-clock.schema.js';
import { TestClocks } from './test-clocks.service.js';

export const CREATE_CLOCK = { frozen_time: required(unixTime), name: text(300) } as const;
export const ADVANCE_CLOCK = { frozen_time: required(unixTime) } as const;
export const LIST_CLOCKS = LIST;

const DAY_MS = 86_400_000;
const LIFE_MS = 7 * DAY_MS;
const FARTHEST_MS = 731 * DAY_MS;

/** The operations of test clocks. All throw DialectErrors. */
@Injectable()
export class ShownClocks {
  constructor(
    private readonly clocks: TestClocks,
    private readonly own: EventsService,
    objects: ShownObjects,
    events: EventProjection,
  ) {
    events.follow(clocks.changes, clockView);
    objects.register('test_helpers.test_clock', async ({ accountId }, id) => {
      const clock = await clocks.find(accountId, id);
      return clock && clockView(clock);
    });
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_CLOCK>): Promise<Shown> {
    const { frozen_time: frozenTime, name = null } = sent;
    const { accountId, world } = call;
    if (world.id === '')
      throw invalidRequest('This account has the real time for good; take another secret key, whose account is new.');
    const latest = await this.own.latestId(accountId);
    if (latest !== null && seconds(frozenTime) < seconds(timeOf(latest)))
      throw invalidRequest('The clock cannot begin before the newest object of the account.', { param: 'frozen_time' });
    const clock = await this.clocks.create(call, {
      _id: call.newId('clock'),
      accountId,
      name,
      status: 'ready',
      frozenTime,
      target: null,
      createdAt: new Date(),
    });
    if (!clock)
      throw invalidRequest(
        'The account has a test clock already; all its objects go by it. Delete it, or take another key.',
      );
    return clockView(clock);
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    const clock = await this.get(call, id);
    // The process that began it may be gone.
    if (clock.status === 'advancing') this.clocks.goOn(clock);
    return clockView(clock);
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_CLOCKS>): Promise<Shown> {
    const { data, hasMore } = await this.clocks.list(call.accountId, pageOf(asked));
    return { ...listOf(call, { data: data.map(clockView), hasMore }) };
  }

  async advance(call: Call, id: string, { frozen_time: target }: ParamsOf<typeof ADVANCE_CLOCK>): Promise<Shown> {
    const clock = await this.get(call, id);
    const { frozenTime } = clock;
    if (target <= frozenTime) throw invalidRequest('A clock only goes forwards.', { param: 'frozen_time' });
    if (target.getTime() - frozenTime.getTime() > FARTHEST_MS)
      throw invalidRequest('A clock is advanced by at most two years at a time.', { param: 'frozen_time' });
    const advancing = clock.status === 'advancing' ? null : await this.clocks.advance(call, clock, target);
    if (!advancing) throw invalidRequest('The clock is advancing already; wait until it is ready.');
    return clockView(advancing);
  }

  async delete(call: Call, id: string): Promise<Shown> {
    const clock = await this.get(call, id);
    if (!(await this.clocks.delete(call, clock)))
      throw invalidRequest('The clock is advancing; wait until it is ready.');
    return { id, object: 'test_helpers.test_clock', deleted: true };
  }

  private async get({ accountId }: Call, id: string): Promise<TestClock> {
    const clock = await this.clocks.find(accountId, id);
    if (!clock) throw notThere('test clock', id, 'path');
    return clock;
  }
}

function clockView({ _id, name, status, frozenTime, target, createdAt }: TestClock) {
  return {
    id: publicId(_id),
    object: 'test_helpers.test_clock',
    created: seconds(createdAt),
    deletes_after: seconds(new Date(createdAt.getTime() + LIFE_MS)),
    frozen_time: seconds(frozenTime),
    livemode: false,
    name,
    status,
    status_details: target === null ? {} : { advancing: { target_frozen_time: seconds(target) } },
  };
}
