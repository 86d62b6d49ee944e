<?php

/** Whether the raw bytes of the body came from the gateway, within five minutes. */
function verify(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    // An endpoint's secret is base64 behind whsec_; the account's own secret (SK_…) is used as it is.
    $key = str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, strlen('whsec_'))) : $secret;
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

// The body on standard input, secret and headers in the environment; exit code 0 where it is right.
$right = verify(getenv('WEBHOOK_SECRET'), getenv('WEBHOOK_ID'), getenv('WEBHOOK_TIMESTAMP'), getenv('WEBHOOK_SIGNATURE'), file_get_contents('php://stdin'));
echo $right ? "verified\n" : "refused\n";
exit($right ? 0 : 1);
