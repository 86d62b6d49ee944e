#!/bin/sh
# The body on standard input, secret and headers in the environment; exit code 0 where it is right.
set -eu

now=$(date +%s)
if [ "$WEBHOOK_TIMESTAMP" -lt $((now - 300)) ] || [ "$WEBHOOK_TIMESTAMP" -gt $((now + 300)) ]; then
  echo refused
  exit 1
fi

# An endpoint's secret is base64 behind whsec_; the account's own secret (SK_…) is used as it is.
case $WEBHOOK_SECRET in
  whsec_*) key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n') ;;
  *) key=$(printf %s "$WEBHOOK_SECRET" | od -An -v -tx1 | tr -d ' \n') ;;
esac
expected=v1,$({ printf '%s.%s.' "$WEBHOOK_ID" "$WEBHOOK_TIMESTAMP"; cat; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)

for signature in $WEBHOOK_SIGNATURE; do
  if [ "$signature" = "$expected" ]; then
    echo verified
    exit 0
  fi
done
echo refused
exit 1
