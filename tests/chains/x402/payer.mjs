// The reference client, @x402/fetch, that pays for one request.
// Settings: { chainId, rpc, key, url, method?, headers?, body?, paymentId?, onlyVersion1? }. Prints one JSON object: status, body, the decoded
// settlement and the payment header that it sent, so that a test can send it again.
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { toClientEvmSigner } from '@x402/evm';
import { ExactEvmScheme } from '@x402/evm/exact/client';
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/client';
import { UptoEvmScheme } from '@x402/evm/upto/client';
import { appendPaymentIdentifierToExtensions } from '@x402/extensions';
import { EVM_NETWORK_CHAIN_ID_MAP } from '@x402/evm/v1';
import { privateKeyToAccount } from 'viem/accounts';
import { network, publicClient, settings } from './process.mjs';

const signer = toClientEvmSigner(privateKeyToAccount(settings.key), publicClient);
const client = new x402Client();
const rpc = { rpcUrl: settings.rpc };
client.register(network, new ExactEvmScheme(signer, rpc)).register(network, new UptoEvmScheme(signer, rpc));
const nameInVersion1 = Object.entries(EVM_NETWORK_CHAIN_ID_MAP).find(([, id]) => id === settings.chainId)?.[0];
if (nameInVersion1) client.registerV1(nameInVersion1, new ExactEvmSchemeV1(signer));
client.onBeforePaymentCreation(async ({ paymentRequired }) => {
  if (paymentRequired.extensions) appendPaymentIdentifierToExtensions(paymentRequired.extensions, settings.paymentId);
});

let sent = null;
const recordingFetch = async (input, init) => {
  const request = new Request(input, init);
  sent = request.headers.get('payment-signature') ?? request.headers.get('x-payment') ?? sent;
  const response = await fetch(request);
  if (!settings.onlyVersion1) return response;
  // A client of version 1 does not know the header and reads the body.
  const headers = new Headers(response.headers);
  headers.delete('payment-required');
  return new Response(response.body, { status: response.status, headers });
};
const pay = wrapFetchWithPayment(recordingFetch, client);
const started = performance.now();
let out;
try {
  const response = await pay(settings.url, { method: settings.method ?? 'GET', headers: settings.headers, body: settings.body });
  const receipt = response.headers.get('payment-response') ?? response.headers.get('x-payment-response');
  const terms = response.headers.get('payment-required');
  out = {
    status: response.status, body: await response.text(), sent,
    settlement: receipt && JSON.parse(Buffer.from(receipt, 'base64')),
    terms: terms && JSON.parse(Buffer.from(terms, 'base64')),
    cacheControl: response.headers.get('cache-control'),
  };
} catch (error) {
  out = { error: String(error?.message ?? error), sent };
}
console.log(JSON.stringify({ ...out, milliseconds: performance.now() - started }));
