<?php

/** Charges once, however often it has to ask: the key makes a repetition safe. */
function charge(string $order, float $amount, string $currency): array
{
    $body = ['customerName' => 'Ada Lovelace', 'paymentAmount' => $amount, 'currency' => $currency, 'orderReference' => $order];
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => [
            'Content-Type: application/json',
            'X-API-Key: ' . getenv('GATEWAY_KEY'),
            'Idempotency-Key: ' . $order,
            'Prefer: wait=10',
        ],
        'content' => json_encode($body),
        'timeout' => 30,
        'ignore_errors' => true,
    ]]);
    for ($attempt = 0; $attempt < 6; $attempt++) {
        if ($attempt > 0) {
            usleep(100_000 << $attempt);
        }
        $http_response_header = [];
        $answer = @file_get_contents(getenv('GATEWAY_URL') . '/api/v1/payments/charge', false, $context);
        if ($answer === false || $http_response_header === []) {
            continue; // No answer: nobody knows whether it was carried out.
        }
        $status = (int) explode(' ', $http_response_header[0])[1];
        $payment = json_decode($answer, true);
        if ($status < 300 && is_array($payment)) {
            return $payment;
        }
        $code = $payment['code'] ?? '';
        if ($status !== 429 && $status < 500 && $code !== 'idempotency_conflict') {
            throw new RuntimeException("Refused: $code");
        }
    }
    throw new RuntimeException('No answer');
}

$payment = charge(getenv('ORDER'), 19.99, 'EUR');
echo $payment['id'], ' ', $payment['amount'], ' ', $payment['status'], "\n";
