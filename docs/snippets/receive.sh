#!/bin/sh
# Signs a body as the gateway does and lets POST /webhook-receive judge it; exit code 0 where it accepts.
# API_KEY and WEBHOOK_SECRET (SK_…) are what the registration answered.
set -eu

body='{"id":"evt_test","type":"payment.completed","data":{}}'
id=msg_$(openssl rand -hex 12)
timestamp=$(date +%s)
signature=v1,$(printf '%s.%s.%s' "$id" "$timestamp" "$body" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -binary | openssl base64 -A)

curl --silent --show-error --fail-with-body "${API:-http://127.0.0.1:3000/api/v1}/webhook-receive" \
  -H "X-API-Key: $API_KEY" -H 'Content-Type: application/json' \
  -H "webhook-id: $id" -H "webhook-timestamp: $timestamp" -H "webhook-signature: $signature" \
  -d "$body"
