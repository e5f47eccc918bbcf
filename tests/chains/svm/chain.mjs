// A chain around one LiteSVM. LiteSVM runs transactions with the real programs, but has neither blocks nor history and knows
// a single block hash; slots, hashes with their lifetime, finality and history are kept here, as a validator does.
import { createRequire } from 'node:module';
import { PROGRAMS, areSignaturesValid, costOf, decode58, encode58, memosOf } from './wire.mjs';
import { amountJson, isTokenProgram, kindOf, readAccount } from './tokens.mjs';
import { errorJson } from './errors.mjs';

const { LiteSvm, Account, FailedTransactionMetadata } = createRequire(import.meta.url)('litesvm-linux-x64-gnu');

export const HASH_LIFETIME = 150;
const FIRST_SLOT = 1000;
const NEVER = 18446744073709551615n; // rent epoch of an account that pays no rent

export class Chain {
  constructor({ finalDepth = 32 } = {}) {
    this.finalDepth = finalDepth;
    this.vm = new LiteSvm();
    this.vm.setBlockhashCheck(false);
    this.vm.setTransactionHistory(0n); // a second landing is noticed here, over the whole history
    this.vm.withNativeMints();
    this.slot = FIRST_SLOT - 1;
    this.slotOfHash = new Map();
    this.hashOfSlot = new Map();
    this.times = new Map();
    this.landed = new Map();
    this.history = new Map();
    this.prices = new Map();
    this.late = [];
    this.faults = { dropNext: 0, landAfterSlots: 0 };
    this.timeShift = 0;
    this.advance(finalDepth + 2);
  }

  /** Ends the slot and starts the next: another hash, a later time, and what was to land late lands. */
  advance(slots = 1) {
    for (let i = 0; i < slots; i++) {
      this.slot++;
      const clock = this.vm.getClock();
      const now = BigInt(Math.floor(Date.now() / 1000) + this.timeShift);
      clock.slot = BigInt(this.slot);
      if (now > clock.unixTimestamp) clock.unixTimestamp = now;
      this.vm.setClock(clock);
      this.times.set(this.slot, Number(clock.unixTimestamp));
      this.vm.expireBlockhash();
      const hash = this.vm.latestBlockhash();
      this.slotOfHash.set(hash, this.slot);
      this.hashOfSlot.set(this.slot, hash);
      const due = this.late.filter((entry) => entry.slot <= this.slot);
      this.late = this.late.filter((entry) => entry.slot > this.slot);
      for (const { transaction } of due) this.land(transaction);
    }
    return this.slot;
  }

  /** The newest slot that a commitment shows. A slot has exactly one block here, so this is the block height too. */
  slotAt(commitment = 'finalized') {
    return this.slot - (commitment === 'processed' ? 0 : commitment === 'confirmed' ? 1 : this.finalDepth);
  }

  latestBlockhash(commitment) {
    const slot = this.slotAt(commitment);
    return { blockhash: this.hashOfSlot.get(slot), lastValidBlockHeight: slot + HASH_LIFETIME };
  }

  isHashValid(hash) {
    const slot = this.slotOfHash.get(hash);
    return slot !== undefined && this.slot <= slot + HASH_LIFETIME;
  }

  statusOf(record) {
    const depth = this.slot - record.slot;
    return depth >= this.finalDepth ? 'finalized' : depth >= 1 ? 'confirmed' : 'processed';
  }

  account(key) {
    const found = this.vm.getAccount(decode58(key));
    return !found || found.lamports() === 0n ? null : accountOf(found);
  }

  setAccount(key, { lamports, data = Buffer.alloc(0), owner = PROGRAMS.system, executable = false }) {
    this.vm.setAccount(decode58(key), new Account(BigInt(lamports), data, decode58(owner), executable, NEVER));
  }

  programAccounts(program) {
    return this.vm.getProgramAccounts(decode58(program)).map((entry) => ({ key: encode58(entry.address), ...accountOf(entry.account()) }));
  }

  rent(bytes) { return this.vm.minimumBalanceForRentExemption(BigInt(bytes)); }

  /** All accounts of a message, those from lookup tables last; null when a table lacks one. */
  accountsOf(message) {
    const loaded = { writable: [], readonly: [] };
    for (const lookup of message.lookups) {
      const table = this.account(lookup.accountKey);
      const at = (i) => (table?.owner === PROGRAMS.lookupTable && 88 + 32 * i <= table.data.length ? encode58(table.data.subarray(56 + 32 * i, 88 + 32 * i)) : null);
      loaded.writable.push(...lookup.writableIndexes.map(at));
      loaded.readonly.push(...lookup.readonlyIndexes.map(at));
    }
    const keys = [...message.keys, ...loaded.writable, ...loaded.readonly];
    return keys.includes(null) ? null : { keys, loaded };
  }

  /** Why a validator would not even run a transaction; null when it would. */
  refusal(transaction, { signatures = true, hash = true } = {}) {
    if (signatures && !areSignaturesValid(transaction)) return 'SignatureFailure';
    if (hash && this.landed.has(transaction.id)) return 'AlreadyProcessed';
    if (hash && !this.isHashValid(transaction.message.blockhash)) return 'BlockhashNotFound';
    return null;
  }

  simulate(transaction, checks) {
    const refused = this.refusal(transaction, checks);
    if (refused) return { err: refused, logs: [], units: 0, inner: [], after: new Map() };
    const outcome = this.run('simulate', transaction);
    const failed = outcome instanceof FailedTransactionMetadata;
    return {
      err: failed ? errorJson(outcome.err()) : null,
      ...detailsOf(outcome.meta()),
      after: new Map(failed ? [] : outcome.postAccounts().map((entry) => [encode58(entry.address), accountOf(entry.account())])),
    };
  }

  /** Takes a transaction as a leader would: it lands now, lands later, or is lost. */
  submit(transaction) {
    if (this.faults.dropNext > 0) this.faults.dropNext--;
    else if (this.faults.landAfterSlots > 0) this.late.push({ slot: this.slot + this.faults.landAfterSlots, transaction });
    else this.land(transaction);
  }

  land(transaction) {
    const resolved = this.accountsOf(transaction.message);
    if (!resolved || this.refusal(transaction)) return; // dropped without a trace
    const { keys, loaded } = resolved;
    const before = keys.map((key) => this.account(key));
    const outcome = this.run('send', transaction);
    const failed = outcome instanceof FailedTransactionMetadata;
    const after = keys.map((key) => this.account(key));
    if (failed && before[0]?.lamports === after[0]?.lamports) return; // it could not even pay its fee
    const { fee, price } = costOf(transaction.message);
    this.record(transaction.id, keys, {
      transaction,
      loaded,
      memo: memosOf(transaction.message),
      err: failed ? errorJson(outcome.err()) : null,
      fee,
      preBalances: before.map((account) => account?.lamports ?? 0n),
      postBalances: after.map((account) => account?.lamports ?? 0n),
      preTokenBalances: this.tokenBalances(before),
      postTokenBalances: this.tokenBalances(after),
      ...detailsOf(failed ? outcome.meta() : outcome),
    });
    this.prices.set(this.slot, price < (this.prices.get(this.slot) ?? price + 1n) ? price : this.prices.get(this.slot));
  }

  airdrop(key, lamports) {
    for (let i = 0; i < 3; i++) { // the same gift twice in one slot is the same transaction
      const outcome = this.vm.airdrop(decode58(key), BigInt(lamports));
      if (outcome && !(outcome instanceof FailedTransactionMetadata)) {
        const id = encode58(outcome.signature());
        if (!this.landed.has(id)) {
          this.record(id, [key], { err: null, memo: null, fee: 5_000n, ...detailsOf(outcome) });
          return id;
        }
      }
      this.advance();
    }
    throw new Error('airdrop failed');
  }

  record(id, keys, details) {
    this.landed.set(id, { slot: this.slot, blockTime: this.times.get(this.slot), ...details });
    for (const key of new Set(keys)) {
      if (!this.history.has(key)) this.history.set(key, []);
      this.history.get(key).push(id);
    }
  }

  tokenBalances(accounts) {
    return accounts.flatMap((account, accountIndex) => {
      if (!account || !isTokenProgram(account.owner) || kindOf(account.data) !== 'account') return [];
      const { mint, owner, amount } = readAccount(account.data);
      const decimals = this.account(mint)?.data[44];
      return decimals === undefined ? [] : [{ accountIndex, mint, owner, programId: account.owner, uiTokenAmount: amountJson(amount, decimals) }];
    });
  }

  run(how, transaction) {
    this.vm.setSigverify(false); // checked above, where it is asked for
    return this.vm[`${how}${transaction.message.version === 'legacy' ? 'Legacy' : 'Versioned'}Transaction`](transaction.bytes);
  }
}

const accountOf = (account) => ({
  lamports: account.lamports(),
  data: Buffer.from(account.data()),
  owner: encode58(account.owner()),
  executable: account.executable(),
  rentEpoch: account.rentEpoch(),
});

const detailsOf = (meta) => ({
  logs: meta.logs(),
  units: Number(meta.computeUnitsConsumed()),
  inner: meta.innerInstructions().map((list, index) => ({
    index,
    instructions: list.map((entry) => {
      const call = entry.instruction();
      return { programIdIndex: call.programIdIndex(), accounts: [...call.accounts()], data: encode58(call.data()), stackHeight: entry.stackHeight() };
    }),
  })).filter((group) => group.instructions.length > 0),
});
