"""Drives the gateway with the official SDK for Python, one scenario for each family of operations.

    python3 stripe_scenarios.py URL

Prints JSON: what each scenario saw, by its name; an `error` where it failed. test/stories/stripe-python.spec.ts says
what has to be seen. Each scenario has a key, and so an account, of its own.
"""

import http.server
import io
import json
import sys
import threading
import time
import traceback
import uuid

import stripe

URL = sys.argv[1]
stripe.api_base = stripe.upload_api_base = URL
stripe.enable_telemetry = False
stripe.max_network_retries = 0

SCENARIOS = {}


def scenario(run):
    SCENARIOS[run.__name__] = run
    return run


def pays(**params):
    """A confirmed payment of 20.00 USD, unless something else is given."""
    usual = {
        "amount": 2000,
        "currency": "usd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": "http://127.0.0.1:9/return",
    }
    return stripe.PaymentIntent.create(**{**usual, **params})


def failure_of(call):
    """The error that a call ends with."""
    try:
        call()
    except stripe.StripeError as error:
        return {
            "class": type(error).__name__,
            "status": error.http_status,
            "code": error.code,
            "param": getattr(error, "param", None),
            "decline_code": error.error.decline_code if error.error else None,
        }
    raise AssertionError("The call succeeded.")


def eventually(read, is_enough):
    until = time.monotonic() + 15
    while True:
        found = read()
        if is_enough(found) or time.monotonic() > until:
            return found
        time.sleep(0.05)


def event_types():
    return [event.type for event in stripe.Event.list(limit=100).data][::-1]


@scenario
def customers():
    made = stripe.Customer.create(name="Ada", email="ada@example.test", metadata={"tier": "gold"})
    changed = stripe.Customer.modify(made.id, name="Ada Lovelace", metadata={"tier": ""})
    read = stripe.Customer.retrieve(made.id)
    found = stripe.Customer.list(email="ada@example.test")
    deleted = stripe.Customer.delete(made.id)
    return {
        "object": type(made).__name__,
        "names": [made.name, changed.name, read.name],
        "metadata": [dict(made.metadata.to_dict()), dict(read.metadata.to_dict())],
        "found": [each.id == made.id for each in found.data],
        "deleted": deleted.deleted,
        "missing": failure_of(lambda: stripe.Customer.retrieve("cus_missing")),
    }


@scenario
def payment_methods():
    customer = stripe.Customer.create()
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    made = stripe.PaymentMethod.create(type="card", card=card)
    attached = stripe.PaymentMethod.attach(made.id, customer=customer.id)
    changed = stripe.PaymentMethod.modify(made.id, billing_details={"name": "Ada"})
    listed = stripe.Customer.list_payment_methods(customer.id)
    detached = stripe.PaymentMethod.detach(made.id)
    return {
        "card": [made.card.brand, made.card.last4],
        "customer": [attached.customer == customer.id, detached.customer],
        "name": changed.billing_details.name,
        "listed": [each.id == made.id for each in listed.data],
        "refused": failure_of(lambda: stripe.PaymentMethod.attach("pm_card_chargeDeclined", customer=customer.id)),
    }


@scenario
def payments():
    made = stripe.PaymentIntent.create(amount=2000, currency="usd", metadata={"order": "1"})
    changed = stripe.PaymentIntent.modify(made.id, amount=2500)
    paid = stripe.PaymentIntent.confirm(made.id, payment_method="pm_card_visa", return_url="http://127.0.0.1:9/")
    return {
        "statuses": [made.status, changed.status, paid.status],
        "received": paid.amount_received,
        "charge": paid.latest_charge.startswith("ch_"),
        "secret": made.client_secret.startswith(made.id + "_secret_"),
    }


@scenario
def declines():
    cards = [
        "pm_card_chargeDeclined",
        "pm_card_chargeDeclinedInsufficientFunds",
        "pm_card_chargeDeclinedExpiredCard",
        "pm_card_chargeDeclinedIncorrectCvc",
    ]
    errors = {card: failure_of(lambda card=card: pays(payment_method=card)) for card in cards}
    try:
        pays(payment_method="pm_card_chargeDeclined")
    except stripe.CardError as error:
        intent = error.error.payment_intent
    return {"errors": errors, "intent": [intent.status, intent.last_payment_error.decline_code]}


@scenario
def three_d_secure():
    intent = pays(payment_method="pm_card_authenticationRequired")
    return {
        "status": intent.status,
        "action": intent.next_action.type,
        "url": intent.next_action.redirect_to_url.url.startswith(URL),
        "off_session": failure_of(
            lambda: pays(payment_method="pm_card_authenticationRequired", off_session=True, return_url=None)
        ),
    }


@scenario
def capture_and_cancel():
    held = pays(capture_method="manual")
    captured = stripe.PaymentIntent.capture(held.id, amount_to_capture=1500)
    canceled = stripe.PaymentIntent.cancel(pays(capture_method="manual").id, cancellation_reason="abandoned")
    return {
        "held": [held.status, held.amount_capturable],
        "captured": [captured.status, captured.amount_received],
        "canceled": [canceled.status, canceled.cancellation_reason],
        "again": failure_of(lambda: stripe.PaymentIntent.capture(canceled.id)),
    }


@scenario
def refunds():
    intent = pays()
    part = stripe.Refund.create(payment_intent=intent.id, amount=500, reason="requested_by_customer")
    rest = stripe.Refund.create(charge=intent.latest_charge)
    changed = stripe.Refund.modify(part.id, metadata={"ticket": "7"})
    charge = stripe.Charge.retrieve(intent.latest_charge)
    return {
        "amounts": [part.amount, rest.amount],
        "status": [part.status, rest.status],
        "metadata": changed.metadata.ticket,
        "listed": len(stripe.Refund.list(payment_intent=intent.id).data),
        "charge": [charge.amount_refunded, charge.refunded],
        "too_much": failure_of(lambda: stripe.Refund.create(payment_intent=intent.id)),
    }


@scenario
def setup_intents():
    customer = stripe.Customer.create()
    made = stripe.SetupIntent.create(customer=customer.id)
    done = stripe.SetupIntent.confirm(made.id, payment_method="pm_card_visa", return_url="http://127.0.0.1:9/")
    later = pays(customer=customer.id, payment_method=done.payment_method, off_session=True, return_url=None)
    canceled = stripe.SetupIntent.cancel(stripe.SetupIntent.create().id)
    return {
        "statuses": [made.status, done.status, canceled.status],
        "later": later.status,
        "declined": failure_of(
            lambda: stripe.SetupIntent.create(
                payment_method="pm_card_chargeDeclined", confirm=True, return_url="http://127.0.0.1:9/"
            )
        ),
    }


@scenario
def charges():
    made = stripe.Charge.create(amount=2000, currency="usd", source="tok_visa", capture=False)
    captured = stripe.Charge.capture(made.id)
    changed = stripe.Charge.modify(made.id, description="a lamp")
    return {
        "captured": [made.captured, captured.captured],
        "paid": captured.paid,
        "outcome": captured.outcome.network_status,
        "description": changed.description,
        "declined": failure_of(
            lambda: stripe.Charge.create(amount=2000, currency="usd", source="tok_chargeDeclinedInsufficientFunds")
        ),
    }


@scenario
def events():
    intent = pays()
    wanted = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "charge.updated"]
    types = eventually(event_types, lambda found: len(found) >= len(wanted))
    event = stripe.Event.list(type="payment_intent.succeeded").data[0]
    read = stripe.Event.retrieve(event.id)
    return {
        "types": types,
        "object": [type(read).__name__, type(read.data.object).__name__, read.data.object.id == intent.id],
        "request": read.request.id.startswith("req_"),
    }


@scenario
def webhooks():
    received = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((body, self.headers["stripe-signature"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/hooks"
        endpoint = stripe.WebhookEndpoint.create(url=url, enabled_events=["payment_intent.succeeded"])
        intent = pays()
        eventually(lambda: received, lambda found: len(found) > 0)
    finally:
        server.shutdown()
    body, signature = received[0]
    event = stripe.Webhook.construct_event(body, signature, endpoint.secret)
    changed = stripe.WebhookEndpoint.modify(endpoint.id, disabled=True)
    return {
        "event": [event.type, event.data.object.id == intent.id],
        "forged": failure_of(lambda: stripe.Webhook.construct_event(body + b" ", signature, endpoint.secret))["class"],
        "statuses": [endpoint.status, changed.status],
        "deleted": stripe.WebhookEndpoint.delete(endpoint.id).deleted,
    }


@scenario
def products_and_prices():
    product = stripe.Product.create(name="Lamp", metadata={"shelf": "3"})
    price = stripe.Price.create(product=product.id, unit_amount=1500, currency="usd", lookup_key="lamp")
    monthly = stripe.Price.create(
        product=product.id, unit_amount_decimal="0.5", currency="usd", recurring={"interval": "month"}
    )
    found = stripe.Price.list(lookup_keys=["lamp"])
    changed = stripe.Product.modify(product.id, default_price=price.id, active=False)
    return {
        "price": [price.type, price.unit_amount, price.product == product.id],
        "monthly": [monthly.type, monthly.recurring.interval, str(monthly.unit_amount_decimal)],
        "found": [each.id == price.id for each in found.data],
        "product": [changed.active, changed.default_price == price.id],
    }


@scenario
def checkout():
    item = {
        "price_data": {"currency": "usd", "unit_amount": 1500, "product_data": {"name": "Lamp"}},
        "quantity": 2,
    }
    session = stripe.checkout.Session.create(
        mode="payment", line_items=[item], success_url="http://127.0.0.1:9/?session={CHECKOUT_SESSION_ID}"
    )
    items = stripe.checkout.Session.list_line_items(session.id)
    expired = stripe.checkout.Session.expire(session.id)
    return {
        "session": [session.status, session.payment_status, session.amount_total],
        "url": session.url.startswith(URL),
        "items": [[each.description, each.quantity, each.amount_total] for each in items.data],
        "expired": expired.status,
    }


@scenario
def test_clocks():
    start = 1_800_000_000
    clock = stripe.test_helpers.TestClock.create(frozen_time=start, name="a month")
    advancing = stripe.test_helpers.TestClock.advance(clock.id, frozen_time=start + 86_400)
    done = eventually(lambda: stripe.test_helpers.TestClock.retrieve(clock.id), lambda found: found.status == "ready")
    return {
        "statuses": [clock.status, advancing.status, done.status],
        "time": done.frozen_time - start,
        "deleted": stripe.test_helpers.TestClock.delete(clock.id).deleted,
    }


@scenario
def disputes():
    intent = pays(payment_method="pm_card_createDispute")
    dispute = stripe.Dispute.list(payment_intent=intent.id).data[0]
    staged = stripe.Dispute.modify(dispute.id, evidence={"product_description": "a lamp"}, submit=False)
    submitted = stripe.Dispute.modify(dispute.id, evidence={"uncategorized_text": "winning_evidence"})
    inquiry = stripe.Dispute.list(charge=pays(payment_method="pm_card_createDisputeInquiry").latest_charge).data[0]
    closed = stripe.Dispute.close(inquiry.id)
    return {
        "dispute": [dispute.status, dispute.reason, dispute.amount],
        "staged": [staged.status, staged.evidence.product_description],
        "submitted": submitted.status,
        "inquiry": [inquiry.status, closed.status],
    }


@scenario
def balance():
    intent = pays(payment_method="pm_card_bypassPending", expand=["latest_charge.balance_transaction"])
    transaction = intent.latest_charge.balance_transaction
    held = stripe.Balance.retrieve()
    listed = stripe.BalanceTransaction.list(type="charge")
    return {
        "available": [[each.amount, each.currency] for each in held.available],
        "transaction": [transaction.amount, transaction.fee, transaction.net, transaction.status],
        "listed": [each.id == transaction.id for each in listed.data],
    }


@scenario
def payouts():
    pays(payment_method="pm_card_bypassPending")
    payout = stripe.Payout.create(amount=1000, currency="usd", metadata={"week": "1"})
    changed = stripe.Payout.modify(payout.id, metadata={"week": "2"})
    return {
        "payout": [payout.amount, payout.status],
        "metadata": changed.metadata.week,
        "too_much": failure_of(lambda: stripe.Payout.create(amount=100_000, currency="usd")),
        "canceled": stripe.Payout.cancel(payout.id).status,
    }


@scenario
def files():
    data = io.BytesIO(b"%PDF-1.4 the receipt")
    data.name = "receipt.pdf"
    made = stripe.File.create(purpose="dispute_evidence", file=data)
    read = stripe.File.retrieve(made.id)
    return {"file": [made.purpose, made.filename, made.size], "read": read.id == made.id}


@scenario
def search():
    stripe.Customer.create(name="Someone else")
    wanted = stripe.Customer.create(name="Ada", metadata={"tier": "gold"})
    found = eventually(
        lambda: stripe.Customer.search(query="metadata['tier']:'gold'"), lambda result: len(result.data) > 0
    )
    return {"object": type(found).__name__, "found": [each.id == wanted.id for each in found.data]}


@scenario
def auto_paging():
    made = [stripe.Customer.create(name=str(number)).name for number in range(7)]
    listed = [each.name for each in stripe.Customer.list(limit=3).auto_paging_iter()]
    return {"all": listed == made[::-1], "has_more": stripe.Customer.list(limit=3).has_more}


@scenario
def idempotency():
    first = pays(idempotency_key="order-1")
    again = pays(idempotency_key="order-1")
    return {
        "same": first.id == again.id,
        "replayed": again.last_response.headers.get("idempotent-replayed"),
        "other": failure_of(lambda: pays(idempotency_key="order-1", amount=3000)),
    }


@scenario
def expand():
    customer = stripe.Customer.create(name="Ada")
    intent = pays(customer=customer.id, expand=["customer", "latest_charge", "payment_method"])
    listed = stripe.PaymentIntent.list(expand=["data.customer"])
    return {
        "classes": [type(each).__name__ for each in (intent.customer, intent.latest_charge, intent.payment_method)],
        "listed": listed.data[0].customer.name,
        "unknown": failure_of(lambda: stripe.Customer.list(expand=["data.nonsense"])),
    }


@scenario
def client_object():
    client = stripe.StripeClient(
        stripe.api_key, base_addresses={"api": URL, "files": URL}, max_network_retries=0
    )
    intent = client.v1.payment_intents.create({"amount": 2000, "currency": "usd", "metadata": {"order": "1"}})
    read = client.v1.payment_intents.retrieve(intent.id)
    return {"status": read.status, "order": read.metadata["order"]}


@scenario
def keys():
    stripe.api_key = "sk_live_not_here"
    return {"live": failure_of(lambda: stripe.Customer.list())}


def main():
    results = {}
    for name, run in SCENARIOS.items():
        stripe.api_key = f"sk_test_python_{uuid.uuid4().hex}"
        try:
            results[name] = run()
        except Exception:
            results[name] = {"error": traceback.format_exc()}
    print(json.dumps(results))


main()
