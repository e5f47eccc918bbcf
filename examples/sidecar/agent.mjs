// An agent that uses the wallet over HTTP with nothing but fetch.
//
//   cryptomcp sandbox                      (or: cryptomcp serve --http)
//   node examples/sidecar/agent.mjs URL CHAIN AMOUNT RECIPIENT
//   node examples/sidecar/agent.mjs http://127.0.0.1:7410/mcp sandbox "1 USDC" payee:coffee-shop
const [url = 'http://127.0.0.1:7410/mcp', chain = 'sandbox', amount = '1 USDC', to = 'payee:coffee-shop'] = process.argv.slice(2);
const version = '2026-07-28'; // revision without handshake and sessions: every request stands alone
let id = 0;

async function call(tool, args) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': version,
      'mcp-method': 'tools/call',
      'mcp-name': tool,
      ...(process.env.CRYPTOMCP_TOKEN ? { authorization: `Bearer ${process.env.CRYPTOMCP_TOKEN}` } : {}),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: ++id,
      method: 'tools/call',
      params: {
        name: tool,
        arguments: args,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': version,
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'example-sidecar-agent', version: '1.0.0' },
        },
      },
    }),
  });
  const events = (await response.text()).split('\n').filter(line => line.startsWith('data:')).map(line => JSON.parse(line.slice(5)));
  const answer = events.find(event => event.id === id);
  if (!answer || answer.error) throw new Error(`${tool}: ${answer ? answer.error.message : `HTTP ${response.status}`}`);
  return answer.result;
}

const text = result => result.content.map(part => part.text).join('\n');
console.log('Balances:', text(await call('wallet_balances', { chains: chain })));
console.log('Quote:', text(await call('transfer_quote', { chain, amount, to })));

// The key names this wish: if the answer is lost, the same call with the same key finds the payment instead of making another.
const sent = await call('transfer_send', { chain, amount, to, idempotency_key: `example-${Date.now()}` });
console.log(sent.isError ? 'Refused:' : 'Sent:', text(sent));
process.exitCode = sent.isError ? 1 : 0;
