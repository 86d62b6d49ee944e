import http.client
import json
import os
import time
import urllib.error
import urllib.request

GATEWAY_URL = os.environ.get("GATEWAY_URL", "http://127.0.0.1:3000")
GATEWAY_KEY = os.environ["GATEWAY_KEY"]


class Refused(Exception):
    """The gateway refused the charge for good; the code says why."""


def charge(order: str, amount: float, currency: str) -> dict:
    """Charges once, however often it has to ask: the key makes a repetition safe."""
    body = {"customerName": "Ada Lovelace", "paymentAmount": amount, "currency": currency, "orderReference": order}
    for attempt in range(6):
        request = urllib.request.Request(
            f"{GATEWAY_URL}/api/v1/payments/charge",
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "X-API-Key": GATEWAY_KEY,
                "Idempotency-Key": order,
                "Prefer": "wait=10",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            code = json.load(error).get("code")
            if error.code != 429 and error.code < 500 and code != "idempotency_conflict":
                raise Refused(code) from error
        except (OSError, http.client.HTTPException):
            pass  # No answer: nobody knows whether it was carried out.
        time.sleep(0.2 * 2**attempt)
    raise Refused("no answer")


if __name__ == "__main__":
    payment = charge(os.environ.get("ORDER", "order-1"), 19.99, "EUR")
    print(payment["id"], payment["amount"], payment["status"])
