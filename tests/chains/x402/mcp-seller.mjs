// An MCP server that charges for a tool, over Streamable HTTP without sessions (@modelcontextprotocol/sdk): the x402 tool-result
// binding. The packages have no server side for MCP, so the binding stands here; verification and settlement are the real ones.
// Settings: { chainId, rpc, facilitator, payTo, asset: { address, name, version } }. Tools: paid_answer (0.01 USDC), free_answer.
import express from 'express';
import { HTTPFacilitatorClient, x402ResourceServer } from '@x402/core/server';
import { ExactEvmScheme } from '@x402/evm/exact/server';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { listen, network, settings } from './process.mjs';

const { asset, payTo } = settings;
const seller = new x402ResourceServer(new HTTPFacilitatorClient({ url: settings.facilitator })).register(network, new ExactEvmScheme());
await seller.initialize();
const resource = { url: 'mcp://tool/paid_answer', description: 'The answer', mimeType: 'application/json' };
const accepts = await seller.buildPaymentRequirements({
  scheme: 'exact', network, payTo, maxTimeoutSeconds: 60,
  price: { amount: '10000', asset: asset.address, extra: { name: asset.name, version: asset.version } },
});

async function call({ params }) {
  if (params.name === 'free_answer') return text('41');
  const payload = params._meta?.['x402/payment'];
  if (!payload) return terms('Payment is required');
  const chosen = seller.findMatchingRequirements(accepts, payload);
  if (!chosen) return terms('The payment matches no offer');
  const verified = await seller.verifyPayment(payload, chosen);
  if (!verified.isValid) return terms(verified.invalidReason);
  const settled = await seller.settlePayment(payload, chosen);
  return settled.success ? { ...text('42'), _meta: { 'x402/payment-response': settled } } : terms(settled.errorReason);
}

function terms(error) {
  const required = { x402Version: 2, error, resource, accepts };
  return { isError: true, structuredContent: required, content: [{ type: 'text', text: JSON.stringify(required) }] };
}

function text(value) { return { content: [{ type: 'text', text: value }] }; }

const app = express();
app.use(express.json());
app.post('/mcp', async (req, res) => {
  const server = new Server({ name: 'seller', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: ['paid_answer', 'free_answer'].map(name => ({ name, description: name, inputSchema: { type: 'object' } })),
  }));
  server.setRequestHandler(CallToolRequestSchema, call);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  res.on('close', () => { transport.close(); server.close(); });
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
});
listen(app);
