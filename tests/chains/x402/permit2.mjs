// Prints the runtime code of Uniswap's Permit2, from the one file of @1inch/solidity-utils (MIT) that holds it. The package as a
// dependency would bring the whole of Hardhat, so it is packed, checked against its hash, and only that file is kept.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const integrity = 'sha512-SnOB37v1BC5rGT60d7gUi0cEhwpUczoHdIfilKeehbmX7o3CDENgvbMpOv2jmSADh/iq+zhs+RDum+nJ+uUwTQ==';
const folder = fileURLToPath(new URL('../node_modules', import.meta.url));
const kept = join(folder, '.permit2-runtime');
if (!existsSync(kept)) {
  const work = mkdtempSync(join(folder, '.permit2-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '@1inch/solidity-utils@6.9.16'], { cwd: work, stdio: ['ignore', 'pipe', 'inherit'] }));
    const actual = 'sha512-' + createHash('sha512').update(readFileSync(join(work, filename))).digest('base64');
    if (actual !== integrity) throw new Error(`@1inch/solidity-utils has the hash ${actual}`);
    execFileSync('tar', ['-xzf', filename, 'package/dist/src/permit2.json'], { cwd: work });
    writeFileSync(join(work, 'code'), JSON.parse(readFileSync(join(work, 'package/dist/src/permit2.json'), 'utf8')).bytecode);
    renameSync(join(work, 'code'), kept);
  } finally {
    rmSync(work, { recursive: true });
  }
}
console.log(JSON.stringify(readFileSync(kept, 'utf8')));
