// The JSON-RPC methods that a wallet and the x402 packages use, and controls for tests (svm_…).
import { HASH_LIFETIME } from './chain.mjs';
import { PROGRAMS, RpcError, address, associatedAccount, costOf, decode58, encode58, invalid, parseMessage, transactionOf } from './wire.mjs';
import { accountData, amountJson, isTokenProgram, kindOf, mintData, readAccount } from './tokens.mjs';
import { errorText } from './errors.mjs';

const VERSION = '3.0.0';
const SLOTS_PER_EPOCH = 432_000;

export function methodsOf(chain, { genesisHash }) {
  const withContext = (value, commitment) => ({ context: { apiVersion: VERSION, slot: chain.slotAt(commitment) }, value });
  const commitmentOf = (options) => options?.commitment ?? 'finalized';

  function accountJson(account, { encoding = 'base58', dataSlice } = {}) {
    if (!account) return null;
    const data = dataSlice ? account.data.subarray(dataSlice.offset, dataSlice.offset + dataSlice.length) : account.data;
    const { lamports, owner, executable, rentEpoch } = account;
    return {
      lamports, owner, executable, rentEpoch, space: account.data.length,
      data: encoding === 'base58' ? [encode58(data), 'base58'] : [data.toString('base64'), 'base64'],
    };
  }

  function mintOf(key) {
    const account = chain.account(address(key));
    if (!account || !isTokenProgram(account.owner) || kindOf(account.data) !== 'mint') throw invalid('Invalid param: could not find mint');
    return account;
  }

  const simulationJson = ({ err, logs, units }) => ({ err, logs, unitsConsumed: units, accounts: null, returnData: null, innerInstructions: null });

  function transactionJson({ transaction: { message, signatures, bytes }, loaded }, encoding = 'json') {
    if (encoding === 'base64') return [bytes.toString('base64'), 'base64'];
    const { signers, readonlySigners, readonlyOthers } = message.header;
    return {
      signatures: signatures.map(encode58),
      message: {
        header: { numRequiredSignatures: signers, numReadonlySignedAccounts: readonlySigners, numReadonlyUnsignedAccounts: readonlyOthers },
        accountKeys: encoding === 'jsonParsed' ? [...message.keys, ...loaded.writable, ...loaded.readonly] : message.keys,
        recentBlockhash: message.blockhash,
        instructions: message.instructions.map(({ program, accounts, data }) => ({ programIdIndex: program, accounts, data: encode58(data), stackHeight: 1 })),
        ...(message.version === 0 ? { addressTableLookups: message.lookups } : {}),
      },
    };
  }

  const reads = {
    getHealth: () => 'ok',
    getVersion: () => ({ 'solana-core': VERSION, 'feature-set': 0 }),
    getGenesisHash: () => genesisHash,
    getSlot: (options) => chain.slotAt(commitmentOf(options)),
    getBlockHeight: (options) => chain.slotAt(commitmentOf(options)),
    getBlockTime: (slot) => chain.times.get(slot) ?? null,
    getEpochInfo: (options) => {
      const slot = chain.slotAt(commitmentOf(options));
      return { absoluteSlot: slot, blockHeight: slot, epoch: Math.floor(slot / SLOTS_PER_EPOCH), slotIndex: slot % SLOTS_PER_EPOCH, slotsInEpoch: SLOTS_PER_EPOCH, transactionCount: chain.landed.size };
    },
    getLatestBlockhash: (options) => withContext(chain.latestBlockhash(commitmentOf(options)), commitmentOf(options)),
    isBlockhashValid: (hash, options) => withContext(chain.isHashValid(hash), commitmentOf(options)),
    getBalance: (key, options) => withContext(chain.account(address(key))?.lamports ?? 0n, commitmentOf(options)),
    getAccountInfo: (key, options) => withContext(accountJson(chain.account(address(key)), options), commitmentOf(options)),
    getMultipleAccounts: (keys, options) => withContext(keys.map((key) => accountJson(chain.account(address(key)), options)), commitmentOf(options)),
    getTokenAccountBalance: (key, options) => {
      const account = chain.account(address(key));
      if (!account || kindOf(account.data) !== 'account') throw invalid('Invalid param: could not find account');
      const { mint, amount } = readAccount(account.data);
      return withContext(amountJson(amount, mintOf(mint).data[44]), commitmentOf(options));
    },
    getTokenAccountsByOwner: (owner, filter, options) => {
      const program = filter.mint ? mintOf(filter.mint).owner : filter.programId;
      if (!isTokenProgram(program)) throw invalid('Invalid param: unrecognized Token program id');
      const own = chain.programAccounts(program).filter((account) => {
        if (kindOf(account.data) !== 'account') return false;
        const token = readAccount(account.data);
        return token.owner === address(owner) && (!filter.mint || token.mint === filter.mint);
      });
      return withContext(own.map((account) => ({ pubkey: account.key, account: accountJson(account, options) })), commitmentOf(options));
    },
    getMinimumBalanceForRentExemption: (bytes) => chain.rent(bytes),
    getFeeForMessage: (text, options) => {
      const message = parseMessage(Buffer.from(text, 'base64'));
      return withContext(chain.isHashValid(message.blockhash) ? costOf(message).fee : null, commitmentOf(options));
    },
    getRecentPrioritizationFees: () => Array.from({ length: HASH_LIFETIME }, (_, i) => chain.slot - i)
      .filter((slot) => slot > 0)
      .map((slot) => ({ slot, prioritizationFee: chain.prices.get(slot) ?? 0n })),
    getSignatureStatuses: (ids) => {
      if (ids.length > 256) throw invalid('Too many inputs provided; max 256');
      return withContext(ids.map((id) => {
        const record = chain.landed.get(id);
        if (!record) return null;
        const confirmationStatus = chain.statusOf(record);
        return {
          slot: record.slot, confirmations: confirmationStatus === 'finalized' ? null : chain.slot - record.slot, err: record.err,
          status: record.err ? { Err: record.err } : { Ok: null }, confirmationStatus,
        };
      }), 'processed');
    },
    getTransaction: (id, options) => {
      const { encoding, commitment = 'finalized', maxSupportedTransactionVersion } = typeof options === 'string' ? { encoding: options } : options ?? {};
      const record = chain.landed.get(id);
      if (!record?.transaction || record.slot > chain.slotAt(commitment)) return null;
      const { version } = record.transaction.message;
      if (version === 0 && maxSupportedTransactionVersion === undefined) throw new RpcError(-32015, 'Transaction version (0) is not supported by the requesting client.');
      return {
        slot: record.slot, blockTime: record.blockTime, version, transaction: transactionJson(record, encoding),
        meta: {
          err: record.err, status: record.err ? { Err: record.err } : { Ok: null }, fee: record.fee, computeUnitsConsumed: record.units,
          preBalances: record.preBalances, postBalances: record.postBalances,
          preTokenBalances: record.preTokenBalances, postTokenBalances: record.postTokenBalances,
          innerInstructions: record.inner, logMessages: record.logs, rewards: [], loadedAddresses: record.loaded,
        },
      };
    },
    getSignaturesForAddress: (key, { before, until, limit = 1000, commitment = 'finalized' } = {}) => {
      let ids = [...(chain.history.get(address(key)) ?? [])].reverse();
      if (before) ids = ids.slice(ids.indexOf(before) + 1);
      if (until && ids.includes(until)) ids = ids.slice(0, ids.indexOf(until));
      return ids.map((signature) => ({ signature, ...chain.landed.get(signature) }))
        .filter((record) => record.slot <= chain.slotAt(commitment))
        .slice(0, limit)
        .map((record) => ({ signature: record.signature, slot: record.slot, err: record.err, memo: record.memo, blockTime: record.blockTime, confirmationStatus: chain.statusOf(record) }));
    },
  };

  const writes = {
    simulateTransaction: (text, options = {}) => {
      if (options.sigVerify && options.replaceRecentBlockhash) throw invalid('sigVerify may not be used with replaceRecentBlockhash');
      const outcome = chain.simulate(transactionOf(text, options.encoding), { signatures: !!options.sigVerify, hash: !options.replaceRecentBlockhash });
      if (outcome.err === 'SignatureFailure') throw new RpcError(-32003, 'Transaction signature verification failure');
      const value = simulationJson(outcome);
      if (options.innerInstructions) value.innerInstructions = outcome.inner;
      if (options.accounts) {
        value.accounts = options.accounts.addresses.map((key) => accountJson(outcome.after.get(key) ?? chain.account(address(key)), { encoding: options.accounts.encoding ?? 'base64' }));
      }
      return withContext(value, commitmentOf(options));
    },
    sendTransaction: (text, options = {}) => {
      const transaction = transactionOf(text, options.encoding);
      if (!options.skipPreflight) {
        const outcome = chain.simulate(transaction);
        if (outcome.err === 'SignatureFailure') throw new RpcError(-32003, 'Transaction signature verification failure');
        if (outcome.err) throw new RpcError(-32002, `Transaction simulation failed: ${errorText(outcome.err)}`, simulationJson(outcome));
      }
      chain.submit(transaction);
      return transaction.id;
    },
    requestAirdrop: (key, lamports) => chain.airdrop(address(key), lamports),
  };

  const controls = {
    svm_advanceSlots: (count = 1) => chain.advance(count),
    /** The next `dropNext` transactions are lost; all others land `landAfterSlots` slots late. */
    svm_setFaults: (faults) => Object.assign(chain.faults, faults),
    svm_setPriorityFees: (price) => { for (let i = 0; i < HASH_LIFETIME; i++) chain.prices.set(chain.slot - i, BigInt(price)); return true; },
    svm_setAccount: (key, { lamports, data, owner, executable }) => {
      chain.setAccount(address(key), { lamports, owner, executable, data: data ? Buffer.from(data, 'base64') : undefined });
      return true;
    },
    svm_createMint: (key, { token2022 = false, ...mint } = {}) => {
      const data = mintData(mint);
      chain.setAccount(address(key), { lamports: chain.rent(data.length), data, owner: token2022 ? PROGRAMS.token2022 : PROGRAMS.token });
      return key;
    },
    /** Makes or overwrites the owner's associated token account; answers its address. */
    svm_setTokenBalance: (owner, mint, amount, { frozen } = {}) => {
      const mintAccount = mintOf(mint);
      const key = associatedAccount(owner, mint, mintAccount.owner);
      const before = chain.account(key);
      mintAccount.data.writeBigUInt64LE(mintAccount.data.readBigUInt64LE(36) + BigInt(amount) - (before ? readAccount(before.data).amount : 0n), 36);
      chain.setAccount(mint, mintAccount);
      const data = accountData({ mint, owner, amount, mintAccount, frozen });
      chain.setAccount(key, { lamports: chain.rent(data.length), data, owner: mintAccount.owner });
      return key;
    },
  };

  return { ...reads, ...writes, ...controls };
}
