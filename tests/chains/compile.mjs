// Compiles one Solidity file of contracts/ and prints { "<contract>": { runtime, creation, abi } }.
import { readFileSync } from 'node:fs';
import solc from 'solc';

const name = process.argv[2];
const output = JSON.parse(solc.compile(JSON.stringify({
  language: 'Solidity',
  sources: { [name]: { content: readFileSync(new URL(`contracts/${name}`, import.meta.url), 'utf8') } },
  settings: {
    optimizer: { enabled: true, runs: 200 }, viaIR: true, evmVersion: 'cancun', metadata: { bytecodeHash: 'none' },
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
  },
})));
const problems = (output.errors ?? []).filter(e => e.severity === 'error');
if (problems.length) {
  console.error(problems.map(e => e.formattedMessage).join('\n'));
  process.exit(1);
}
console.log(JSON.stringify(Object.fromEntries(Object.entries(output.contracts[name]).map(([contract, { abi, evm }]) =>
  [contract, { runtime: '0x' + evm.deployedBytecode.object, creation: '0x' + evm.bytecode.object, abi }]))));
