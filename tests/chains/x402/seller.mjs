// A real seller: @x402/express on express, settling through a facilitator.
// Settings: { chainId, rpc, facilitator, payTo, asset: { address, name, version } }. What it sells:
//   GET  /exact                0.01 USDC, EIP-3009               GET /permit2            0.01 USDC, Permit2, allowance needed
//   GET  /permit2-sponsored    0.01 USDC, Permit2, EIP-2612      GET /upto?charge=12345  at most 0.10 USDC, charged as asked
//   GET  /dear-first           0.90 or 0.01 USDC                 POST /echo              0.02 USDC, answers with the body
//   GET  /upfront              0.01 USDC, charged first          GET /upfront-fails      charged first, then status 500
//   GET  /fails                0.01 USDC, status 500             GET /identified         0.01 USDC, payment-identifier required
//   GET  /described            0.01 USDC, bazaar description     GET /v1                 0.01 USDC, protocol version 1
// Every request that reached a handler is listed under GET /_served, so that a test can see what was delivered.
import express from 'express';
import { HTTPFacilitatorClient } from '@x402/core/server';
import { decodePaymentSignatureHeader } from '@x402/core/http';
import { ExactEvmScheme } from '@x402/evm/exact/server';
import { UptoEvmScheme } from '@x402/evm/upto/server';
import { paymentMiddleware, setSettlementOverrides, x402ResourceServer } from '@x402/express';
import { bazaarResourceServerExtension, declareDiscoveryExtension, declareEip2612GasSponsoringExtension, declarePaymentIdentifierExtension, paymentIdentifierResourceServerExtension, PAYMENT_IDENTIFIER } from '@x402/extensions';
import { EVM_NETWORK_CHAIN_ID_MAP } from '@x402/evm/v1';
import { listen, network, settings } from './process.mjs';

const { asset, payTo } = settings;
const facilitator = new HTTPFacilitatorClient({ url: settings.facilitator });
const server = new x402ResourceServer(facilitator)
  .register(network, new ExactEvmScheme())
  .register(network, new UptoEvmScheme())
  .registerExtension(bazaarResourceServerExtension)
  .registerExtension(paymentIdentifierResourceServerExtension);

const offer = (amount, { scheme = 'exact', ...extra } = {}) => ({
  scheme, network, payTo, maxTimeoutSeconds: 60,
  price: { amount, asset: asset.address, extra: { name: asset.name, version: asset.version, ...extra } },
});
const permit2 = { assetTransferMethod: 'permit2' };
const upfront = { paymentFlow: 'upfront' };
const routes = {
  'GET /exact': { accepts: offer('10000'), description: 'Something worth a cent', mimeType: 'application/json' },
  'GET /permit2': { accepts: offer('10000', permit2) },
  'GET /permit2-sponsored': { accepts: offer('10000', permit2), extensions: declareEip2612GasSponsoringExtension() },
  'GET /upto': { accepts: offer('100000', { scheme: 'upto', ...permit2 }), extensions: declareEip2612GasSponsoringExtension() },
  'GET /dear-first': { accepts: [offer('900000'), offer('10000')] },
  'POST /echo': { accepts: offer('20000') },
  'GET /upfront': { accepts: withFlow(offer('10000')) },
  'GET /upfront-fails': { accepts: withFlow(offer('10000')) },
  'GET /fails': { accepts: offer('10000') },
  'GET /identified': { accepts: offer('10000'), extensions: { [PAYMENT_IDENTIFIER]: declarePaymentIdentifierExtension(true) } },
  'GET /described': { accepts: offer('10000'), extensions: declareDiscoveryExtension({ output: { example: { answer: 42 } } }) },
};
function withFlow(one) { return { ...one, extra: { ...one.price.extra, ...upfront } }; }

const served = [];
const app = express();
app.use(express.json());
app.get('/_served', (_, res) => res.json(served));
app.use(paymentMiddleware(routes, server));
app.use((req, _, next) => { served.push(`${req.method} ${req.path}`); next(); });
app.post('/echo', (req, res) => res.json(req.body));
app.get(['/fails', '/upfront-fails'], (_, res) => res.status(500).json({ error: 'the handler failed' }));
app.get('/upto', (req, res) => {
  setSettlementOverrides(res, { amount: String(req.query.charge ?? '100000') });
  res.json({ answer: 42 });
});
app.get('/v1', version1);
app.get(['/exact', '/permit2', '/permit2-sponsored', '/dear-first', '/upfront', '/identified', '/described'], (_, res) => res.json({ answer: 42 }));
listen(app);

// The version 1 packages bring hundreds of megabytes; the messages are few, and the facilitator behind them is the real one.
async function version1(req, res) {
  const requirements = {
    scheme: 'exact', network: Object.entries(EVM_NETWORK_CHAIN_ID_MAP).find(([, id]) => id === settings.chainId)[0],
    maxAmountRequired: '10000', resource: `http://${req.headers.host}${req.originalUrl}`, description: 'Something worth a cent', mimeType: 'application/json',
    payTo, maxTimeoutSeconds: 60, asset: asset.address, extra: { name: asset.name, version: asset.version },
  };
  const refuse = error => res.status(402).json({ x402Version: 1, error, accepts: [requirements] });
  const header = req.header('x-payment');
  served.pop();
  if (!header) return refuse('X-PAYMENT header is required');
  const payload = decodePaymentSignatureHeader(header);
  const verified = await facilitator.verify(payload, requirements);
  if (!verified.isValid) return refuse(verified.invalidReason);
  const settled = await facilitator.settle(payload, requirements);
  if (!settled.success) return refuse(settled.errorReason);
  served.push('GET /v1');
  res.set('X-PAYMENT-RESPONSE', Buffer.from(JSON.stringify(settled)).toString('base64')).json({ answer: 42 });
}
