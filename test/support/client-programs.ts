/**
 * One program for each generator of clients. Each charges 1234567.89 USD with the generated client, then sends an
 * amount with too many decimals, and prints the id and the amount of the payment, then the `code` and the last part of
 * `loc` of the error. URL and API key are in the environment.
 */
export const PROGRAMS = {
  'openapi-typescript': `
import createClient from 'openapi-fetch';
import type { paths } from './client.js';

const { URL = '', KEY = '' } = process.env;
const client = createClient<paths>({ baseUrl: URL, headers: { 'X-API-Key': KEY } });
const charge = (paymentAmount: number) =>
  client.POST('/api/v1/payments/charge', { body: { customerName: 'Ada', paymentAmount, currency: 'USD' } });
const { data } = await charge(1234567.89);
if (!data) throw new Error('The charge failed.');
const { error } = await charge(1.999);
if (!error || typeof error.detail === 'string') throw new Error('The list is missing.');
console.log(data.id, data.amount, error.code, error.detail[0]?.loc.at(-1));

const events = await client.GET('/api/v1/events');
for (const event of events.data?.data ?? [])
  if (event.type === 'payment.completed') event.data.amountCaptured.toFixed();
`,
  oazapfts: `
import { charge, defaults, listEvents } from './client.js';

const { URL = '', KEY = '' } = process.env;
defaults.baseUrl = URL;
defaults.headers = { 'X-API-Key': KEY };
const made = await charge({ customerName: 'Ada', paymentAmount: 1234567.89, currency: 'USD' });
if (made.status !== 201) throw new Error('The charge failed.');
const refused = await charge({ customerName: 'Ada', paymentAmount: 1.999, currency: 'USD' });
if (refused.status !== 422) throw new Error('The amount was accepted.');
console.log(made.data.id, made.data.amount, refused.data.code, refused.data.detail[0]?.loc.at(-1));

const events = await listEvents();
if (events.status === 200)
  for (const event of events.data.data) if (event.type === 'refund.failed') event.data.failure?.code.at(0);
`,
  'swagger-typescript-api': `
import { Api, type ErrorBodyDto, HttpResponse, type ValidationErrorBodyDto } from './client.js';

const { URL = '', KEY = '' } = process.env;
const { api } = new Api({ baseUrl: URL, baseApiParams: { headers: { 'X-API-Key': KEY } } });
const { data } = await api.charge({ customerName: 'Ada', paymentAmount: 1234567.89, currency: 'USD' });
try {
  await api.charge({ customerName: 'Ada', paymentAmount: 1.999, currency: 'USD' });
  throw new Error('The amount was accepted.');
} catch (error) {
  if (!(error instanceof Response)) throw error;
  const answer = error as HttpResponse<unknown, ErrorBodyDto | ValidationErrorBodyDto>;
  const { code, detail } = answer.error;
  if (typeof detail === 'string') throw new Error('The list is missing.');
  console.log(data.id, data.amount, code, detail[0]?.loc.at(-1));
}
`,
  'openapi-python-client': `
import os
from mock_payment_gateway_client import AuthenticatedClient
from mock_payment_gateway_client.api.payments import charge
from mock_payment_gateway_client.models import ChargeDto, ChargedDto, ValidationErrorBodyDto

client = AuthenticatedClient(
    base_url=os.environ["URL"], token=os.environ["KEY"], prefix="", auth_header_name="X-API-Key"
)
made = charge.sync(client=client, body=ChargeDto(customer_name="Ada", payment_amount=1234567.89, currency="USD"))
refused = charge.sync(client=client, body=ChargeDto(customer_name="Ada", payment_amount=1.999, currency="USD"))
assert isinstance(made, ChargedDto) and isinstance(refused, ValidationErrorBodyDto)
print(made.id, made.amount, refused.code.value, refused.detail[0].loc[-1])
`,
  'oapi-codegen': `
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"gateway.test/client"
)

func main() {
	key := func(_ context.Context, request *http.Request) error {
		request.Header.Set("X-API-Key", os.Getenv("KEY"))
		return nil
	}
	api, err := client.NewClientWithResponses(os.Getenv("URL"), client.WithRequestEditorFn(key))
	if err != nil {
		panic(err)
	}
	charge := func(amount float64) *client.ChargeResponse {
		body := client.ChargeDto{CustomerName: "Ada", PaymentAmount: amount, Currency: "USD"}
		response, err := api.ChargeWithResponse(context.Background(), nil, body)
		if err != nil {
			panic(err)
		}
		return response
	}
	made, refused := charge(1234567.89).JSON201, charge(1.999).JSON422
	field, err := refused.Detail[0].Loc[1].AsViolationDtoLoc0()
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s %.2f %s %s\\n", made.Id, made.Amount, refused.Code, field)
}
`,
  'openapi-generator': `
import java.math.BigDecimal;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.JSON;
import org.openapitools.client.api.PaymentsApi;
import org.openapitools.client.model.ChargeDto;
import org.openapitools.client.model.ChargedDto;
import org.openapitools.client.model.ValidationErrorBodyDto;

public class Program {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.setBasePath(System.getenv("URL"));
    client.setApiKey(System.getenv("KEY"));
    PaymentsApi api = new PaymentsApi(client);
    ChargedDto made = api.charge(charge(1234567.89), null, null, null);
    try {
      api.charge(charge(1.999), null, null, null);
      throw new IllegalStateException("The amount was accepted.");
    } catch (ApiException error) {
      ValidationErrorBodyDto body = JSON.deserialize(error.getResponseBody(), ValidationErrorBodyDto.class);
      Object field = body.getDetail().get(0).getLoc().get(1).getActualInstance();
      String amount = BigDecimal.valueOf(made.getAmount()).toPlainString();
      System.out.println(made.getId() + " " + amount + " " + body.getCode() + " " + field);
    }
    System.exit(0);
  }

  private static ChargeDto charge(double amount) {
    return new ChargeDto().customerName("Ada").paymentAmount(amount).currency("USD");
  }
}
`,
} as const;
