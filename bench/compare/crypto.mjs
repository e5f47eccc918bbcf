// Times viem, @noble/hashes and @solana/kit: lines "name microseconds". Argument: a package.json beside their node_modules.
// CPU time of the process in place of wall-clock time, since the machine may carry other work; the best round favours JavaScript.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.argv[2]));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const [{ sign }, { recoverPublicKey }, { keccak_256 }, kit, token] = await Promise.all([
  load("viem/accounts"),
  load("viem"),
  load("@noble/hashes/sha3.js"),
  load("@solana/kit"),
  load("@solana-program/token"),
]);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

async function measure(name, operation, rounds = 9) {
  let calls = 0;
  const start = cpu();
  while (cpu() - start < 500_000) {
    await operation();
    calls++;
  }
  const perRound = Math.max(1, Math.floor((calls * 150_000) / (cpu() - start)));
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begin = cpu();
    for (let i = 0; i < perRound; i++) await operation();
    best = Math.min(best, (cpu() - begin) / perRound);
  }
  console.log(`${name} ${best.toFixed(3)}`);
}

const privateKey = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
const hash = "0x1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8";
const signature = await sign({ hash, privateKey });
await measure("viem.sign", () => sign({ hash, privateKey }));
await measure("viem.recover", () => recoverPublicKey({ hash, signature }));
for (const length of [32, 1024, 65536]) {
  const data = new Uint8Array(length);
  await measure(`noble.keccak.${length}`, () => keccak_256(data));
}

// A token transfer on Solana: compiled, signed and written as the text that the network takes.
const owner = await kit.createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(9));
const mint = kit.address("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");
const [source] = await token.findAssociatedTokenPda({ owner: owner.address, mint, tokenProgram: token.TOKEN_PROGRAM_ADDRESS });
const budget = kit.address("ComputeBudget111111111111111111111111111111");
const instructions = [
  { programAddress: budget, accounts: [], data: new Uint8Array([2, 0x20, 0x4e, 0, 0]) },
  { programAddress: budget, accounts: [], data: new Uint8Array([3, 1, 0, 0, 0, 0, 0, 0, 0]) },
  token.getTransferCheckedInstruction({ source, mint, destination: mint, authority: owner, amount: 2_500_000n, decimals: 6 }),
];
await measure("kit.transfer", async () => {
  const message = kit.pipe(
    kit.createTransactionMessage({ version: 0 }),
    (m) => kit.setTransactionMessageFeePayer(owner.address, m),
    (m) => kit.setTransactionMessageLifetimeUsingBlockhash({ blockhash: mint, lastValidBlockHeight: 1n }, m),
    (m) => kit.appendTransactionMessageInstructions(instructions, m));
  return kit.getBase64EncodedWireTransaction(await kit.signTransaction([owner.keyPair], kit.compileTransaction(message)));
});
