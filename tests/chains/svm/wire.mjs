// Wire formats: base58, program-derived addresses, transactions, and what they cost.
import { createHash, createPublicKey, verify } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

export const PROGRAMS = {
  system: '11111111111111111111111111111111',
  token: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  token2022: 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
  associatedToken: 'ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL',
  memo: 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr',
  computeBudget: 'ComputeBudget111111111111111111111111111111',
  lookupTable: 'AddressLookupTab1e1111111111111111111111111',
};

export class RpcError extends Error {
  constructor(code, message, data) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const invalid = (message) => new RpcError(-32602, message);

// ---------------------------------------------------------------- base58

export function encode58(bytes) {
  let number = BigInt('0x' + (Buffer.from(bytes).toString('hex') || '0'));
  let text = '';
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = '1' + text;
  }
  return text;
}

export function decode58(text) {
  let number = 0n;
  for (const letter of text) {
    const digit = ALPHABET.indexOf(letter);
    if (digit < 0) throw invalid('Invalid param: Invalid');
    number = number * 58n + BigInt(digit);
  }
  const hex = number === 0n ? '' : number.toString(16);
  const zeros = text.length - text.replace(/^1+/, '').length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')]);
}

/** The address as it is, when it stands for 32 bytes. */
export function address(text) {
  if (typeof text !== 'string' || decode58(text).length !== 32) throw invalid('Invalid param: WrongSize');
  return text;
}

// ---------------------------------------------------------------- addresses

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base, exponent) {
  let result = 1n;
  for (base %= P; exponent > 0n; exponent >>= 1n, base = base * base % P) if (exponent & 1n) result = result * base % P;
  return result;
}

function isOnCurve(bytes) {
  const y = BigInt('0x' + Buffer.from(bytes).reverse().toString('hex')) & (2n ** 255n - 1n);
  const u = (y * y - 1n + P) % P;
  const v = (D * y * y + 1n) % P;
  const square = u * power(v, P - 2n) % P; // x²
  return square === 0n || power(square, (P - 1n) / 2n) === 1n;
}

export function programAddress(seeds, program) {
  for (let bump = 255; bump >= 0; bump--) {
    const hash = createHash('sha256');
    for (const seed of seeds) hash.update(seed);
    const key = hash.update(Buffer.from([bump])).update(decode58(program)).update('ProgramDerivedAddress').digest();
    if (!isOnCurve(key)) return encode58(key);
  }
  throw new Error('no program address');
}

export const associatedAccount = (owner, mint, program) =>
  programAddress([decode58(owner), decode58(program), decode58(mint)], PROGRAMS.associatedToken);

// ---------------------------------------------------------------- transactions

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }
  take(count) {
    if (this.at + count > this.bytes.length) throw invalid('failed to deserialize transaction: unexpected end');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  byte() { return this.take(1)[0]; }
  length() { // compact-u16
    for (let i = 0, value = 0; i < 3; i++) {
      const next = this.byte();
      value |= (next & 0x7f) << (7 * i);
      if (!(next & 0x80)) return value;
    }
    throw invalid('failed to deserialize transaction: bad length');
  }
  list(read) { return Array.from({ length: this.length() }, read); }
  key() { return encode58(this.take(32)); }
}

/** The part that is signed. */
export function parseMessage(bytes) {
  const reader = new Reader(bytes);
  const version = bytes[0] & 0x80 ? reader.byte() & 0x7f : 'legacy';
  if (version !== 'legacy' && version !== 0) throw invalid(`unsupported transaction version ${version}`);
  const header = { signers: reader.byte(), readonlySigners: reader.byte(), readonlyOthers: reader.byte() };
  const keys = reader.list(() => reader.key());
  const blockhash = reader.key();
  const instructions = reader.list(() => ({
    program: reader.byte(),
    accounts: reader.list(() => reader.byte()),
    data: Buffer.from(reader.take(reader.length())),
  }));
  const lookups = version === 0
    ? reader.list(() => ({ accountKey: reader.key(), writableIndexes: reader.list(() => reader.byte()), readonlyIndexes: reader.list(() => reader.byte()) }))
    : [];
  if (reader.at !== bytes.length) throw invalid('failed to deserialize transaction: trailing bytes');
  return { bytes, version, header, keys, blockhash, instructions, lookups };
}

export function parseTransaction(bytes) {
  const reader = new Reader(bytes);
  const signatures = reader.list(() => Buffer.from(reader.take(64)));
  const message = parseMessage(bytes.subarray(reader.at));
  if (signatures.length !== message.header.signers) throw invalid('invalid transaction: Transaction failed to sanitize accounts offsets correctly');
  return { bytes, signatures, id: encode58(signatures[0]), message };
}

export function transactionOf(text, encoding = 'base58') {
  if (typeof text !== 'string') throw invalid('invalid type: expected a string');
  if (encoding !== 'base64' && encoding !== 'base58') throw invalid(`unsupported encoding: ${encoding}`);
  const bytes = encoding === 'base64' ? Buffer.from(text, 'base64') : decode58(text);
  if (bytes.length > 1232) throw invalid(`decoded transaction too large: ${bytes.length} bytes (max: 1232 bytes)`);
  return parseTransaction(bytes);
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

export const areSignaturesValid = (transaction) => transaction.signatures.every((signature, i) => verify(
  null,
  transaction.message.bytes,
  createPublicKey({ key: Buffer.concat([SPKI, decode58(transaction.message.keys[i])]), format: 'der', type: 'spki' }),
  signature));

/** Lamports that a message costs, and its price of a compute unit. */
export function costOf(message) {
  let limit, price = 0n, usual = 0n;
  for (const { program, data } of message.instructions) {
    const name = message.keys[program];
    usual += name === PROGRAMS.system || name === PROGRAMS.computeBudget ? 3_000n : 200_000n;
    if (name !== PROGRAMS.computeBudget) continue;
    if (data[0] === 2) limit = BigInt(data.readUInt32LE(1));
    if (data[0] === 3) price = data.readBigUInt64LE(1);
  }
  limit ??= usual;
  if (limit > 1_400_000n) limit = 1_400_000n;
  return { fee: 5_000n * BigInt(message.header.signers) + (price * limit + 999_999n) / 1_000_000n, price };
}

export function memosOf(message) {
  const memos = message.instructions
    .filter(({ program }) => message.keys[program] === PROGRAMS.memo)
    .map(({ data }) => `[${data.length}] ${data.toString('utf8')}`);
  return memos.length > 0 ? memos.join('; ') : null;
}
