import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiErrors } from '../platform/errors/api-errors.decorator.js';
import type { Principal } from '../platform/access/principal.js';
import { type IdPrefix, newSeed } from '../platform/common/ids.js';
import { idInWorld } from '../platform/worlds/world-ids.js';
import { IDEMPOTENCY_KEY_HEADER } from './idempotency-key.js';
import { OWN_ANSWERS } from './keyed-answers.js';

/** Metadata of a route: its KeyedAnswers. */
export const IDEMPOTENT = 'idempotent';

/** A request whose ids are decided: it has an Idempotency-Key, or is a write of a sandbox. */
export interface SeededRequest {
  /** The ids, without prefix. */
  seed?: string;
  user?: Principal;
}

/** Makes a route safe to repeat with an Idempotency-Key. It must create its object with the id from `@NewId`. */
export function Idempotent(): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT, OWN_ANSWERS),
    ApiHeader({
      name: IDEMPOTENCY_KEY_HEADER,
      required: false,
      description:
        'Makes a repetition safe: for 24 hours it gets the first answer again, with `Idempotency-Replayed: true`.',
      schema: { type: 'string', maxLength: 255 },
    }),
    ApiErrors('idempotency_conflict', 'validation_failed', 'idempotency_key_reused'),
  );
}

/** The id for the object that the request creates: the same one if the request runs again after a crash. */
export const NewId = createParamDecorator((prefix: IdPrefix, context: ExecutionContext): string => {
  const { seed, user } = context.switchToHttp().getRequest<SeededRequest>();
  return idInWorld(user?.world.id ?? '', `${prefix}_${seed ?? newSeed(new Date())}`);
});
