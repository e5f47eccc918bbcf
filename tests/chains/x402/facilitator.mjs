// A real facilitator: @x402/core and @x402/evm with a viem wallet that pays the gas.
// Settings: { chainId, rpc, key }. Schemes: exact (EIP-3009, Permit2) v1 and v2, upto, EIP-2612 gas sponsoring; a catalogue of
// what it settled for, in the shape of the discovery API.
import express from 'express';
import { x402Facilitator } from '@x402/core/facilitator';
import { toFacilitatorEvmSigner } from '@x402/evm';
import { ExactEvmScheme } from '@x402/evm/exact/facilitator';
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/facilitator';
import { UptoEvmScheme } from '@x402/evm/upto/facilitator';
import { EIP2612_GAS_SPONSORING } from '@x402/extensions';
import { EVM_NETWORK_CHAIN_ID_MAP } from '@x402/evm/v1';
import { listen, network, settings, walletOf } from './process.mjs';

const wallet = walletOf(settings.key);
const signer = toFacilitatorEvmSigner(Object.assign(wallet, { address: wallet.account.address }));
const facilitator = new x402Facilitator()
  .register(network, new ExactEvmScheme(signer))
  .register(network, new UptoEvmScheme(signer))
  .registerExtension(EIP2612_GAS_SPONSORING);
const nameInVersion1 = Object.entries(EVM_NETWORK_CHAIN_ID_MAP).find(([, id]) => id === settings.chainId)?.[0];
if (nameInVersion1) facilitator.registerV1(nameInVersion1, new ExactEvmSchemeV1(signer));

const catalogue = new Map();
const app = express();
app.use(express.json({ limit: '1mb' }));
app.get('/supported', (_, res) => res.json(facilitator.getSupported()));
app.post('/verify', answer(body => facilitator.verify(body.paymentPayload, body.paymentRequirements)));
app.post('/settle', answer(async body => {
  const settled = await facilitator.settle(body.paymentPayload, body.paymentRequirements);
  const resource = body.paymentPayload.resource?.url ?? body.paymentRequirements.resource;
  if (settled.success && resource) {
    catalogue.set(resource, {
      resource, type: 'http', x402Version: body.x402Version, accepts: [body.paymentRequirements], lastUpdated: new Date().toISOString(),
    });
  }
  return settled;
}));
app.get('/discovery/resources', (req, res) => {
  const offset = Number(req.query.offset ?? 0), limit = Number(req.query.limit ?? 20), all = [...catalogue.values()];
  res.json({ x402Version: 2, items: all.slice(offset, offset + limit), pagination: { limit, offset, total: all.length } });
});
listen(app);

function answer(work) {
  return async (req, res) => {
    try {
      res.json(await work(req.body));
    } catch (error) {
      res.status(400).json({ error: String(error?.message ?? error) });
    }
  };
}
