// LiteSVM's errors in the words of Solana's JSON-RPC API.
const TRANSACTION = ('AccountInUse AccountLoadedTwice AccountNotFound ProgramAccountNotFound InsufficientFundsForFee InvalidAccountForFee '
  + 'AlreadyProcessed BlockhashNotFound CallChainTooDeep MissingSignatureForFee InvalidAccountIndex SignatureFailure InvalidProgramForExecution '
  + 'SanitizeFailure ClusterMaintenance AccountBorrowOutstanding WouldExceedMaxBlockCostLimit UnsupportedVersion InvalidWritableAccount '
  + 'WouldExceedMaxAccountCostLimit WouldExceedAccountDataBlockLimit TooManyAccountLocks AddressLookupTableNotFound InvalidAddressLookupTableOwner '
  + 'InvalidAddressLookupTableData InvalidAddressLookupTableIndex InvalidRentPayingAccount WouldExceedMaxVoteCostLimit '
  + 'WouldExceedAccountDataTotalLimit MaxLoadedAccountsDataSizeExceeded ResanitizationNeeded InvalidLoadedAccountsDataSizeLimit '
  + 'UnbalancedTransaction ProgramCacheHitMaxLimit CommitCancelled').split(' ');
const INSTRUCTION = ('GenericError InvalidArgument InvalidInstructionData InvalidAccountData AccountDataTooSmall InsufficientFunds '
  + 'IncorrectProgramId MissingRequiredSignature AccountAlreadyInitialized UninitializedAccount UnbalancedInstruction ModifiedProgramId '
  + 'ExternalAccountLamportSpend ExternalAccountDataModified ReadonlyLamportChange ReadonlyDataModified DuplicateAccountIndex ExecutableModified '
  + 'RentEpochModified NotEnoughAccountKeys AccountDataSizeChanged AccountNotExecutable AccountBorrowFailed AccountBorrowOutstanding '
  + 'DuplicateAccountOutOfSync InvalidError ExecutableDataModified ExecutableLamportChange ExecutableAccountNotRentExempt UnsupportedProgramId '
  + 'CallDepth MissingAccount ReentrancyNotAllowed MaxSeedLengthExceeded InvalidSeeds InvalidRealloc ComputationalBudgetExceeded '
  + 'PrivilegeEscalation ProgramEnvironmentSetupFailure ProgramFailedToComplete ProgramFailedToCompile Immutable IncorrectAuthority '
  + 'AccountNotRentExempt InvalidAccountOwner ArithmeticOverflow UnsupportedSysvar IllegalOwner MaxAccountsDataAllocationsExceeded '
  + 'MaxAccountsExceeded MaxInstructionTraceLengthExceeded BuiltinProgramsMustConsumeComputeUnits BorshIoError').split(' ');

/** What the API shows as `err`. */
export function errorJson(error) {
  if (typeof error === 'number') return TRANSACTION[error];
  if (typeof error.err === 'function') {
    const inner = error.err();
    return { InstructionError: [error.index, typeof inner === 'number' ? INSTRUCTION[inner] : 'code' in inner ? { Custom: inner.code } : 'BorshIoError'] };
  }
  return 'accountIndex' in error ? { InsufficientFundsForRent: { account_index: error.accountIndex } } : { DuplicateInstruction: error.index };
}

/** What the API writes into the message of a refused transaction. */
export function errorText(error) {
  if (typeof error === 'string') return error;
  if (error.InstructionError) {
    const [index, inner] = error.InstructionError;
    return `Error processing Instruction ${index}: ${inner.Custom !== undefined ? `custom program error: 0x${inner.Custom.toString(16)}` : inner}`;
  }
  return JSON.stringify(error);
}
