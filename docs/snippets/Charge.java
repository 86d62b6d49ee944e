import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Charge {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

    /** Charges once, however often it has to ask: the key makes a repetition safe. Returns the JSON of the payment. */
    static String charge(String url, String key, String order, String amount, String currency)
            throws IOException, InterruptedException {
        String body = "{\"customerName\":\"Ada Lovelace\",\"paymentAmount\":%s,\"currency\":\"%s\",\"orderReference\":\"%s\"}"
                .formatted(amount, currency, order);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v1/payments/charge"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .header("X-API-Key", key)
                .header("Idempotency-Key", order)
                .header("Prefer", "wait=10")
                .POST(BodyPublishers.ofString(body))
                .build();
        for (int attempt = 0; attempt < 6; attempt++) {
            if (attempt > 0) Thread.sleep(100L << attempt);
            HttpResponse<String> response;
            try {
                response = CLIENT.send(request, BodyHandlers.ofString());
            } catch (IOException noAnswer) {
                continue; // Nobody knows whether it was carried out.
            }
            int status = response.statusCode();
            if (status < 300) return response.body();
            boolean passes = status == 429 || status >= 500 || response.body().contains("\"idempotency_conflict\"");
            if (!passes) throw new IOException("Refused: " + response.body());
        }
        throw new IOException("No answer");
    }

    /** A JSON library does this better; this program uses only what Java has. */
    private static String field(String json, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]+)").matcher(json);
        return matcher.find() ? matcher.group(1) : "";
    }

    public static void main(String[] arguments) throws Exception {
        String json = charge(
                System.getenv("GATEWAY_URL"), System.getenv("GATEWAY_KEY"), System.getenv("ORDER"), "19.99", "EUR");
        System.out.println(field(json, "id") + " " + field(json, "amount") + " " + field(json, "status"));
    }
}
