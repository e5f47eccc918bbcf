// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// Small stand-ins with the interface of contracts whose word about a wallet is read: the Ethereum Attestation Service and
// EigenLayer's DelegationManager. Only what is read is there.

contract AttestationService {
    event Attested(address indexed recipient, address indexed attester, bytes32 uid, bytes32 indexed schemaUID);

    struct Attestation {
        bytes32 uid; bytes32 schema; uint64 time; uint64 expirationTime; uint64 revocationTime; bytes32 refUID;
        address recipient; address attester; bool revocable; bytes data;
    }

    mapping(bytes32 => Attestation) private attestations;

    function attest(bytes32 uid, address recipient, uint64 expirationTime) external {
        attestations[uid] = Attestation(uid, bytes32(uint256(7)), uint64(block.timestamp), expirationTime, 0, 0, recipient, msg.sender, true, "");
        emit Attested(recipient, msg.sender, uid, bytes32(uint256(7)));
    }

    function revoke(bytes32 uid) external { attestations[uid].revocationTime = uint64(block.timestamp); }

    function getAttestation(bytes32 uid) external view returns (Attestation memory) { return attestations[uid]; }
}

contract DelegationManager {
    event OperatorSharesSlashed(address indexed operator, address strategy, uint256 totalSlashedShares);

    mapping(address => address) public delegatedTo;

    function register() external { delegatedTo[msg.sender] = msg.sender; }

    function isOperator(address operator) external view returns (bool) { return delegatedTo[operator] == operator; }

    function slash(address operator) external { emit OperatorSharesSlashed(operator, address(1), 5); }
}
