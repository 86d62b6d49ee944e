// Decodes what the gateway answers with the official SDK for Go, and prints what it found as JSON. The gateway's URL
// is the argument, the secret key is in KEY. test/stories/stripe-go-java.spec.ts says what has to be found.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"
)

// What was delivered to the program's own webhook.
type delivery struct {
	body      []byte
	signature string
}

func main() {
	api := stripe.NewClient(os.Getenv("KEY"), stripe.WithBackends(stripe.NewBackendsWithConfig(&stripe.BackendConfig{
		URL:               stripe.String(os.Args[1]),
		EnableTelemetry:   stripe.Bool(false),
		MaxNetworkRetries: stripe.Int64(0),
	})))
	ctx := context.Background()
	url, deliveries := receive()
	endpoint := must(api.V1WebhookEndpoints.Create(ctx, &stripe.WebhookEndpointCreateParams{
		URL:           stripe.String(url),
		EnabledEvents: stripe.StringSlice([]string{"payment_intent.succeeded"}),
	}))

	intent := must(api.V1PaymentIntents.Create(ctx, payment("pm_card_visa")))
	charge := must(api.V1Charges.Retrieve(ctx, intent.LatestCharge.ID, &stripe.ChargeRetrieveParams{
		Params: stripe.Params{Expand: stripe.StringSlice([]string{"balance_transaction"})},
	}))
	refund := must(api.V1Refunds.Create(ctx, &stripe.RefundCreateParams{
		PaymentIntent: stripe.String(intent.ID),
		Amount:        stripe.Int64(500),
	}))

	event := eventOf(ctx, api, "payment_intent.succeeded")
	var paid stripe.PaymentIntent
	check(json.Unmarshal(event.Data.Raw, &paid))

	var told delivery
	select {
	case told = <-deliveries:
	case <-time.After(15 * time.Second):
		panic("Nothing was delivered.")
	}
	hook := must(webhook.ConstructEvent(told.body, told.signature, endpoint.Secret))

	_, err := api.V1PaymentIntents.Create(ctx, payment("pm_card_chargeDeclinedInsufficientFunds"))
	var decline *stripe.Error
	if !errors.As(err, &decline) {
		panic("The payment was not declined.")
	}

	print(map[string]any{
		"version": stripe.APIVersion,
		"intent":  []any{intent.Object, intent.Status, intent.AmountReceived, intent.Currency, intent.Metadata["order"]},
		"charge": []any{
			charge.Object, charge.Paid, charge.Outcome.NetworkStatus, charge.PaymentMethodDetails.Card.Last4,
			charge.BalanceTransaction.Net, charge.PaymentIntent.ID == intent.ID,
		},
		"refund":  []any{refund.Object, refund.Status, refund.Amount, refund.Charge.ID == charge.ID},
		"event":   []any{event.Object, event.Type, event.APIVersion, paid.ID == intent.ID},
		"webhook": []any{hook.Type, hook.APIVersion},
		"decline": []any{decline.Type, decline.Code, decline.DeclineCode, decline.HTTPStatusCode, decline.PaymentIntent.Status},
	})
}

func payment(method string) *stripe.PaymentIntentCreateParams {
	return &stripe.PaymentIntentCreateParams{
		Amount:        stripe.Int64(2000),
		Currency:      stripe.String("usd"),
		PaymentMethod: stripe.String(method),
		Confirm:       stripe.Bool(true),
		ReturnURL:     stripe.String("http://127.0.0.1:9/return"),
		Metadata:      map[string]string{"order": "7"},
	}
}

// The latest event of a type, as soon as it is there.
func eventOf(ctx context.Context, api *stripe.Client, kind string) *stripe.Event {
	for until := time.Now().Add(15 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		for event, err := range api.V1Events.List(ctx, &stripe.EventListParams{Type: stripe.String(kind)}).All(ctx) {
			check(err)
			return event
		}
	}
	panic("There is no event.")
}

// Listens for webhooks on the loopback interface.
func receive() (string, <-chan delivery) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	deliveries := make(chan delivery, 10)
	go http.Serve(listener, http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
		body := must(io.ReadAll(request.Body))
		deliveries <- delivery{body, request.Header.Get("Stripe-Signature")}
	}))
	return fmt.Sprintf("http://%s/hooks", listener.Addr()), deliveries
}

func print(found map[string]any) {
	check(json.NewEncoder(os.Stdout).Encode(found))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
