import com.google.gson.Gson;
import com.stripe.Stripe;
import com.stripe.StripeClient;
import com.stripe.exception.CardException;
import com.stripe.model.Charge;
import com.stripe.model.Event;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.WebhookEndpoint;
import com.stripe.net.Webhook;
import com.stripe.param.ChargeRetrieveParams;
import com.stripe.param.EventListParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.WebhookEndpointCreateParams;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Decodes what the gateway answers with the official SDK for Java, and prints what it found as JSON. The gateway's URL
 * is the argument, the secret key is in KEY. test/stories/stripe-go-java.spec.ts says what has to be found.
 */
public final class StripeDecode {
  private record Delivery(String body, String signature) {}

  public static void main(String[] arguments) throws Exception {
    Stripe.enableTelemetry = false;
    StripeClient api =
        StripeClient.builder().setApiKey(System.getenv("KEY")).setApiBase(arguments[0]).setMaxNetworkRetries(0).build();
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    HttpServer receiver = receive(deliveries);
    try {
      System.out.println(new Gson().toJson(findings(api, receiver.getAddress().getPort(), deliveries)));
    } finally {
      receiver.stop(0);
    }
  }

  private static Map<String, Object> findings(StripeClient api, int port, BlockingQueue<Delivery> deliveries)
      throws Exception {
    WebhookEndpoint endpoint =
        api.v1()
            .webhookEndpoints()
            .create(
                WebhookEndpointCreateParams.builder()
                    .setUrl("http://127.0.0.1:" + port + "/hooks")
                    .addEnabledEvent(WebhookEndpointCreateParams.EnabledEvent.PAYMENT_INTENT__SUCCEEDED)
                    .build());

    PaymentIntent intent = api.v1().paymentIntents().create(payment("pm_card_visa"));
    Charge charge =
        api.v1()
            .charges()
            .retrieve(
                intent.getLatestCharge(), ChargeRetrieveParams.builder().addExpand("balance_transaction").build());
    Refund refund =
        api.v1()
            .refunds()
            .create(RefundCreateParams.builder().setPaymentIntent(intent.getId()).setAmount(500L).build());

    Event event = eventOf(api, "payment_intent.succeeded");
    PaymentIntent paid = (PaymentIntent) event.getDataObjectDeserializer().getObject().orElseThrow();

    Delivery told = deliveries.poll(15, TimeUnit.SECONDS);
    Event hook = Webhook.constructEvent(told.body(), told.signature(), endpoint.getSecret());
    hook.getDataObjectDeserializer().getObject().orElseThrow();

    Map<String, Object> found = new LinkedHashMap<>();
    found.put("version", Stripe.API_VERSION);
    found.put(
        "intent",
        List.of(
            intent.getObject(),
            intent.getStatus(),
            intent.getAmountReceived(),
            intent.getCurrency(),
            intent.getMetadata().get("order")));
    found.put(
        "charge",
        List.of(
            charge.getObject(),
            charge.getPaid(),
            charge.getOutcome().getNetworkStatus(),
            charge.getPaymentMethodDetails().getCard().getLast4(),
            charge.getBalanceTransactionObject().getNet(),
            charge.getPaymentIntent().equals(intent.getId())));
    found.put(
        "refund",
        List.of(
            refund.getObject(), refund.getStatus(), refund.getAmount(), refund.getCharge().equals(charge.getId())));
    found.put(
        "event",
        List.of(event.getObject(), event.getType(), event.getApiVersion(), paid.getId().equals(intent.getId())));
    found.put("webhook", List.of(hook.getType(), hook.getApiVersion()));
    found.put("decline", declineOf(api));
    return found;
  }

  private static PaymentIntentCreateParams payment(String method) {
    return PaymentIntentCreateParams.builder()
        .setAmount(2000L)
        .setCurrency("usd")
        .setPaymentMethod(method)
        .setConfirm(true)
        .setReturnUrl("http://127.0.0.1:9/return")
        .putMetadata("order", "7")
        .build();
  }

  private static List<Object> declineOf(StripeClient api) throws Exception {
    try {
      api.v1().paymentIntents().create(payment("pm_card_chargeDeclinedInsufficientFunds"));
    } catch (CardException error) {
      return List.of(
          error.getStripeError().getType(),
          error.getCode(),
          error.getDeclineCode(),
          error.getStatusCode(),
          error.getStripeError().getPaymentIntent().getStatus());
    }
    throw new IllegalStateException("The payment was not declined.");
  }

  /** The latest event of a type, as soon as it is there. */
  private static Event eventOf(StripeClient api, String type) throws Exception {
    long until = System.currentTimeMillis() + 15_000;
    while (System.currentTimeMillis() < until) {
      List<Event> events = api.v1().events().list(EventListParams.builder().setType(type).build()).getData();
      if (!events.isEmpty()) return events.get(0);
      Thread.sleep(50);
    }
    throw new IllegalStateException("There is no event.");
  }

  /** Listens for webhooks on the loopback interface. */
  private static HttpServer receive(BlockingQueue<Delivery> deliveries) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/hooks",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          deliveries.add(new Delivery(body, exchange.getRequestHeaders().getFirst("Stripe-Signature")));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }
}
