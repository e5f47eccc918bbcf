// Signs and hashes with viem, ethers and @noble/hashes. Input: lines "key digest" in hex. Output: a line of three results each.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createInterface } from "node:readline";

const require = createRequire(pathToFileURL(process.argv[2]));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const [{ sign }, { SigningKey }, { keccak_256 }] = await Promise.all([
  load("viem/accounts"),
  load("ethers"),
  load("@noble/hashes/sha3.js"),
]);

for await (const line of createInterface({ input: process.stdin })) {
  const [key, digest] = line.split(" ");
  const viem = await sign({ hash: `0x${digest}`, privateKey: `0x${key}` });
  const ethers = new SigningKey(`0x${key}`).sign(`0x${digest}`);
  const compact = (r, s, odd) => r.slice(2).padStart(64, "0") + s.slice(2).padStart(64, "0") + (odd ? "01" : "00");
  console.log(
    compact(viem.r, viem.s, viem.yParity),
    compact(ethers.r, ethers.s, ethers.yParity),
    Buffer.from(keccak_256(Buffer.from(digest, "hex"))).toString("hex"),
  );
}
