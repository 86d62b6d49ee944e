package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

type payment struct {
	ID     string  `json:"id"`
	Amount float64 `json:"amount"`
	Status string  `json:"status"`
}

var client = http.Client{Timeout: 30 * time.Second}

// charge charges once, however often it has to ask: the key makes a repetition safe.
func charge(url, key, order string, amount float64, currency string) (payment, error) {
	body, err := json.Marshal(map[string]any{
		"customerName": "Ada Lovelace", "paymentAmount": amount, "currency": currency, "orderReference": order,
	})
	if err != nil {
		return payment{}, err
	}
	for attempt := 0; attempt < 6; attempt++ {
		if attempt > 0 {
			time.Sleep(100 * time.Millisecond << attempt)
		}
		request, err := http.NewRequest(http.MethodPost, url+"/api/v1/payments/charge", bytes.NewReader(body))
		if err != nil {
			return payment{}, err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-API-Key", key)
		request.Header.Set("Idempotency-Key", order)
		request.Header.Set("Prefer", "wait=10")
		response, err := client.Do(request)
		if err != nil {
			continue // No answer: nobody knows whether it was carried out.
		}
		answer, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			continue
		}
		if response.StatusCode < 300 {
			var made payment
			err = json.Unmarshal(answer, &made)
			return made, err
		}
		var refusal struct{ Code string }
		_ = json.Unmarshal(answer, &refusal) // The answer of a proxy has no code.
		passes := response.StatusCode == 429 || response.StatusCode >= 500 || refusal.Code == "idempotency_conflict"
		if !passes {
			return payment{}, errors.New("refused: " + refusal.Code)
		}
	}
	return payment{}, errors.New("no answer")
}

func main() {
	made, err := charge(os.Getenv("GATEWAY_URL"), os.Getenv("GATEWAY_KEY"), os.Getenv("ORDER"), 19.99, "EUR")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(made.ID, made.Amount, made.Status)
}
