"""Hooks of schemathesis: use real ids instead of random ones, log in before each logout, count statuses and failures."""

import atexit
import json
import os
import random
import re
import urllib.request
from collections import Counter

import schemathesis

with open(os.environ["FUZZ_SETUP"], encoding="utf-8") as file:
    SETUP = json.load(file)

LOGOUT = "/api/v1/users/logout"
NEXT_EVENT = "/api/v1/events/next"
OWN_ACCOUNT = "/api/v1/users/me"
FAULTS = "/api/v1/faults"
# A path of two segments also matches `/{resource}/{resource_id}` or `/payments/{transaction_id}`. The gateway rightly
# accepts the methods of these templates and lists them in Allow, although another template matches more closely.
TWO_SEGMENTS = re.compile(r"/api/v1/[^/]+/[^/]+")
ABOUT_METHODS = {"Allow header mismatch", "Wrong response to undeclared method"}
ACCEPTED = "Schema-violating request accepted"
LONG_WAIT = re.compile(r"\d{4,5}")
KEYS = [f"fuzz-key-{n}" for n in range(20)]

choices = random.Random(int(os.environ["FUZZ_SEED"]))
statuses = Counter()
failures = Counter()


@schemathesis.hook
def before_call(context, case, kwargs):
    # No request waits long for an event.
    if case.operation.path == NEXT_EVENT and LONG_WAIT.fullmatch(str((case.query or {}).get("waitMs", 10_000))):
        case.query = {**(case.query or {}), "waitMs": "100"}
    # Half of the valid cases use the id of an existing object.
    if case.meta is None or case.meta.generation.mode.is_positive:
        for name in case.path_parameters or {}:
            ids = SETUP["ids"].get(name, [])
            if ids and choices.random() < 0.5:
                case.path_parameters[name] = choices.choice(ids)
        # A tenth of the cases with an Idempotency-Key share a few keys, so that replays and reused keys occur.
        if "Idempotency-Key" in case.headers and choices.random() < 0.1:
            case.headers["Idempotency-Key"] = choices.choice(KEYS)


@schemathesis.auth(refresh_interval=None)
class Credentials:
    def get(self, case, context):
        headers = dict(SETUP["headers"])
        # A logout revokes its token, so it gets its own one, not the one of all other requests.
        if case.operation.path == LOGOUT and "Authorization" in headers:
            headers["Authorization"] = f"Bearer {new_token()}"
        return headers

    def set(self, case, data, context):
        case.headers.update(data)


def new_token():
    request = urllib.request.Request(
        f"{SETUP['url']}/api/v1/users/login",
        data=json.dumps(SETUP["login"]).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["access_token"]


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1
    # A fault must not hit a later request.
    if case.operation.path == FAULTS and response.status_code == 201:
        urllib.request.urlopen(
            urllib.request.Request(f"{SETUP['url']}{FAULTS}", headers=SETUP["headers"], method="DELETE")
        ).close()
    # Later logins need the e-mail that the account had.
    if case.operation.path == OWN_ACCOUNT and case.operation.method == "patch" and response.status_code == 200:
        urllib.request.urlopen(
            urllib.request.Request(
                f"{SETUP['url']}{OWN_ACCOUNT}",
                data=json.dumps({"email": SETUP["login"]["email"]}).encode(),
                headers={**SETUP["headers"], "content-type": "application/json"},
                method="PATCH",
            )
        ).close()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    expected = failure.title in ABOUT_METHODS and TWO_SEGMENTS.fullmatch(case.path)
    expected = expected or (failure.title == ACCEPTED and has_null(case.body))
    if not expected:
        failures[failure.title] += 1
    return not expected


# An optional object or choice can be null, which the document does not say: see openapi-schemas.ts.
def has_null(body):
    return isinstance(body, dict) and None in body.values()


@atexit.register
def write_counts():
    with open(os.environ["FUZZ_COUNTS"], "w", encoding="utf-8") as file:
        json.dump({"statuses": statuses, "failures": failures}, file)
