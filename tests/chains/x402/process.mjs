// What every counterpart process shares: its settings are the first argument (JSON), it listens on a free loopback port, says so in
// one line of JSON on standard output, and ends when its standard input closes, so that it never outlives the test.
import { createPublicClient, createWalletClient, defineChain, http, publicActions } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

export const settings = JSON.parse(process.argv[2]);

export const chain = defineChain({
  id: settings.chainId,
  name: 'local chain',
  nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [settings.rpc] } },
  contracts: { multicall3: { address: '0xcA11bde05977b3631167028862bE2a173976CA11' } },
});

export const network = `eip155:${settings.chainId}`;

const transport = http(settings.rpc);

export const publicClient = createPublicClient({ chain, transport, pollingInterval: 20, cacheTime: 0 });

export function walletOf(privateKey) {
  return createWalletClient({ account: privateKeyToAccount(privateKey), chain, transport, pollingInterval: 20, cacheTime: 0 }).extend(publicActions);
}

/** Starts an express application and announces it. */
export function listen(app) {
  const server = app.listen(0, '127.0.0.1', error => {
    if (error) throw error;
    console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
  });
  process.stdin.resume().on('end', () => process.exit(0));
}
