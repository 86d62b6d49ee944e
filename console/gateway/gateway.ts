import createFetchClient from 'openapi-fetch';
import type { paths } from '../../client/api.js';
import { GatewayConnectionError } from '../../client/errors.js';
import { fetchWithRetries } from '../../client/retries.js';
import { Subjects } from '../../client/subjects.js';
import { session } from '../session/session.js';
import { Reachability } from './reachability.js';

const send = fetchWithRetries({ maxRetries: 1, timeoutMs: 40_000 });

/** Whether the gateway that served this page is still there. */
export const reachability = new Reachability(async () => {
  const answer = await fetch('/health/live', { cache: 'no-store' }).catch(() => null);
  return answer?.ok === true;
});

/** Sends a request with the token of the session; once more with a new one, if the token is worth nothing any more. */
async function sendSignedIn(asked: Request, sendOne: (request: Request) => Promise<Response>): Promise<Response> {
  const request = new Request(asked, { signal: AbortSignal.any([asked.signal, session.ended]) });
  const again = request.clone();
  const response = await sendOne(await signed(request));
  if (response.status !== 401 || session.state.kind !== 'signed_in') return response;
  await session.renew();
  return sendOne(await signed(again));
}

async function signed(request: Request): Promise<Request> {
  const token = await session.bearer();
  if (token !== null) request.headers.set('authorization', `Bearer ${token}`);
  return request;
}

async function noticed(answer: Promise<Response>): Promise<Response> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayConnectionError || error instanceof TypeError) reachability.noteLost();
    throw error;
  }
}

const connection = {
  url: location.origin,
  headers: {},
  fetch: (request: Request) => noticed(sendSignedIn(request, (one) => fetch(one))),
  api: createFetchClient<paths>({
    baseUrl: location.origin,
    fetch: (request) => noticed(sendSignedIn(request, send)),
  }),
};

/** The gateway that served this page, for the account that is signed in. */
export const gateway = new Subjects({ ...connection, raw: connection.api });
