#!/usr/bin/env node
// Solana's JSON-RPC over HTTP on 127.0.0.1, in front of a real virtual machine. README.md names what differs from a validator.
//   node server.mjs [--port 0] [--slot-ms 400] [--final-depth 32] [--genesis HASH]
// Slots of 0 ms pass only by svm_advanceSlots. Ends when standard input does.
import http from 'node:http';
import { Chain } from './chain.mjs';
import { methodsOf } from './methods.mjs';
import { RpcError } from './wire.mjs';

const MAX_BODY = 1 << 20;
const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG';

/** JSON with 64-bit numbers in full. */
const toJson = (value) => JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `@u64:${part}@` : part)).replace(/"@u64:(\d+)@"/g, '$1');

function answerTo(methods) {
  return (request) => {
    const id = request?.id ?? null;
    if (typeof request?.method !== 'string') return { jsonrpc: '2.0', id, error: { code: -32600, message: 'Invalid request' } };
    if (!Object.hasOwn(methods, request.method)) return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
    try {
      return { jsonrpc: '2.0', id, result: methods[request.method](...(request.params ?? [])) };
    } catch (error) {
      const { code = -32603, message, data } = error instanceof RpcError ? error : { message: `Internal error: ${error.message}` };
      return { jsonrpc: '2.0', id, error: { code, message, ...(data ? { data } : {}) } };
    }
  };
}

export async function start({ port = 0, slotMs = 400, finalDepth = 32, genesisHash = DEVNET } = {}) {
  const chain = new Chain({ finalDepth });
  const answer = answerTo(methodsOf(chain, { genesisHash }));
  const timer = slotMs > 0 ? setInterval(() => chain.advance(), slotMs) : undefined;
  const server = http.createServer((request, response) => {
    const send = (status, body) => { response.writeHead(status, { 'content-type': 'application/json' }); response.end(body); };
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => { if ((size += chunk.length) <= MAX_BODY) chunks.push(chunk); });
    request.on('end', () => {
      if (request.method !== 'POST') return send(405, '"POST is required"');
      if (size > MAX_BODY) return send(413, '"too large"');
      let body;
      try { body = JSON.parse(Buffer.concat(chunks).toString('utf8')); } catch { return send(200, '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}'); }
      send(200, toJson(Array.isArray(body) ? body.map(answer) : answer(body)));
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    chain,
    close: () => { clearInterval(timer); server.close(); server.closeAllConnections(); },
  };
}

if (import.meta.filename === process.argv[1] || import.meta.url === `file://${process.argv[1]}`) {
  const option = (name, otherwise) => { const at = process.argv.indexOf(`--${name}`); return at > 0 ? process.argv[at + 1] : otherwise; };
  const { url, close } = await start({
    port: Number(option('port', 0)),
    slotMs: Number(option('slot-ms', 400)),
    finalDepth: Number(option('final-depth', 32)),
    genesisHash: option('genesis', DEVNET),
  });
  console.log(`Listening on ${url}`);
  const end = () => { close(); process.exit(0); };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, end);
  process.stdin.on('end', end).resume();
}
