import base64
import hashlib
import hmac
import os
import sys
import time


def verify(secret: str, id: str, timestamp: str, signatures: str, body: bytes) -> bool:
    """Whether the raw bytes of the body came from the gateway, within five minutes."""
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > 300:
        return False
    # An endpoint's secret is base64 behind whsec_; the account's own secret (SK_…) is used as it is.
    key = base64.b64decode(secret[len("whsec_"):]) if secret.startswith("whsec_") else secret.encode()
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures.split(" "))


# The body on standard input, secret and headers in the environment; exit code 0 where it is right.
if __name__ == "__main__":
    names = ["WEBHOOK_SECRET", "WEBHOOK_ID", "WEBHOOK_TIMESTAMP", "WEBHOOK_SIGNATURE"]
    right = verify(*(os.environ[name] for name in names), sys.stdin.buffer.read())
    print("verified" if right else "refused")
    sys.exit(0 if right else 1)
