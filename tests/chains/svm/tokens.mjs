// Layouts of token mints and accounts.
import { PROGRAMS, decode58, encode58 } from './wire.mjs';

export const isTokenProgram = (program) => program === PROGRAMS.token || program === PROGRAMS.token2022;

/** What token-program data holds: 'mint', 'account' or nothing known. */
export function kindOf(data) {
  if (data.length === 82) return 'mint';
  if (data.length === 165) return 'account';
  return data.length > 165 ? { 1: 'mint', 2: 'account' }[data[165]] : undefined;
}

export const readAccount = (data) => ({
  mint: encode58(data.subarray(0, 32)),
  owner: encode58(data.subarray(32, 64)),
  amount: data.readBigUInt64LE(64),
});

export function amountJson(amount, decimals) {
  const digits = amount.toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
  return { amount: amount.toString(), decimals, uiAmount: Number(text), uiAmountString: text };
}

const u16 = (value) => { const bytes = Buffer.alloc(2); bytes.writeUInt16LE(value); return bytes; };
const u64 = (value) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(BigInt(value)); return bytes; };
const key = (text) => (text ? decode58(text) : Buffer.alloc(32));

/** Token-2022 extensions of a mint, as (type, value). */
function mintExtensions({ transferFee, permanentDelegate, transferHook, nonTransferable, paused, raw = [] }) {
  const list = raw.map(([type, hex]) => [type, Buffer.from(hex, 'hex')]);
  if (transferFee) {
    const fee = Buffer.concat([u64(0), u64(transferFee.maximum), u16(transferFee.basisPoints)]);
    list.push([1, Buffer.concat([key(transferFee.authority), key(transferFee.authority), u64(0), fee, fee])]);
  }
  if (permanentDelegate) list.push([12, key(permanentDelegate)]);
  if (transferHook) list.push([14, Buffer.concat([key(), key(transferHook)])]);
  if (nonTransferable) list.push([9, Buffer.alloc(0)]);
  if (paused !== undefined) list.push([26, Buffer.concat([key(), Buffer.from([paused ? 1 : 0])])]);
  return list;
}

const extended = (base, kind, extensions) => extensions.length === 0 ? base : Buffer.concat([
  base,
  Buffer.alloc(165 - base.length),
  Buffer.from([kind]),
  ...extensions.flatMap(([type, value]) => [u16(type), u16(value.length), value]),
]);

export function mintData({ decimals = 6, mintAuthority, freezeAuthority, ...rest }) {
  const data = Buffer.alloc(82);
  if (mintAuthority) { data.writeUInt32LE(1, 0); data.set(decode58(mintAuthority), 4); }
  data[44] = decimals;
  data[45] = 1;
  if (freezeAuthority) { data.writeUInt32LE(1, 46); data.set(decode58(freezeAuthority), 50); }
  return extended(data, 1, mintExtensions(rest));
}

/** A token account as the Associated Token program makes it: under Token-2022 with "immutable owner" and what the mint asks for. */
export function accountData({ mint, owner, amount, mintAccount, frozen = false }) {
  const data = Buffer.alloc(165);
  data.set(decode58(mint), 0);
  data.set(decode58(owner), 32);
  data.writeBigUInt64LE(BigInt(amount), 64);
  data[108] = frozen ? 2 : 1;
  if (mintAccount.owner !== PROGRAMS.token2022) return data;
  const extensions = [[7, Buffer.alloc(0)]];
  for (const type of typesOf(mintAccount.data)) {
    if (type === 1) extensions.push([2, u64(0)]); // fees withheld
    if (type === 14) extensions.push([15, Buffer.from([0])]); // not transferring
    if (type === 9) extensions.push([13, Buffer.alloc(0)]);
    if (type === 26) extensions.push([27, Buffer.alloc(0)]);
  }
  return extended(data, 2, extensions);
}

function typesOf(data) {
  const types = [];
  for (let at = 166; at + 4 <= data.length; at += 4 + data.readUInt16LE(at + 2)) types.push(data.readUInt16LE(at));
  return types;
}
